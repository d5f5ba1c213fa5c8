# shellcheck shell=bash
# The .NET side: finding the SDK, building once, running what was built.

DOTNET=
# As deploy/docker/Dockerfile publishes. The platform has a name here, for folders of its own: what tests run has no runtime in it.
case $HOSTTYPE in
    aarch64 | arm64) PUBLISH=(--arch arm64) ;;
    *) PUBLISH=(--arch x64) ;;
esac
PUBLISH+=(--configuration Release --verbosity quiet)

find_dotnet() {
    [ -z "$DOTNET" ] || return 0
    local candidate
    for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-}/dotnet" "${HOME:-}/.dotnet/dotnet"; do
        if [ -x "$candidate" ] && "$candidate" --list-sdks 2>/dev/null | grep -q '^10\.'; then
            DOTNET=$candidate
            return 0
        fi
    done
    return 1
}

require_dotnet() {
    find_dotnet && return 0
    die "the .NET SDK 10 is missing; install it with: curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
}

output_of() { # PROJECT
    printf '%s' "$ROOT/artifacts/bin/$1/release/GaiaOrleans.$1.dll"
}

build_is_current() {
    local stamp=$ROOT/artifacts/.built newer
    [ -f "$stamp" ] && [ -f "$(output_of Silo)" ] && [ -f "$(output_of Gateway)" ] && [ -f "$(output_of Client)" ] || return 1
    newer=$(cd "$ROOT" && find src tests examples ./*.props ./*.sln ./global.json ./.editorconfig ./BannedSymbols.txt \
        \( -name obj -o -name bin -o -name artifacts -o -name shell -o -name TestResults \) -prune -o -newer "$stamp" -type f -print 2>/dev/null | head -n 1) || true
    [ -z "$newer" ]
}

# Two calls at once build one after the other; the second then finds the work done.
build() {
    require_dotnet
    build_is_current && return 0
    mkdir -p "$ROOT/artifacts"
    (
        take_lock "$ROOT/artifacts/.lock"
        build_is_current || build_now
    ) || exit 1
}

build_now() {
    local log=$ROOT/artifacts/build.log begin=$SECONDS
    note "building (this takes a minute or two the first time)"
    touch "$ROOT/artifacts/.building"
    # Build servers would outlive this call and hold its files open.
    if ! (cd "$ROOT" && MSBUILDDISABLENODEREUSE=1 "$DOTNET" build GaiaOrleans.sln -c Release -v quiet -clp:NoSummary </dev/null >"$log" 2>&1 9>&-); then
        grep -E '(error|warning) [A-Za-z]+[0-9]*:' "$log" | sort -u | head -n 40 >&2 || tail -n 40 "$log" >&2
        die "the build failed (all of it: $log)"
    fi
    # The time of the beginning: what was edited meanwhile is newer than the stamp.
    mv -f "$ROOT/artifacts/.building" "$ROOT/artifacts/.built"
    note "built in $((SECONDS - begin)) s"
}

# Silo and Gateway as they are deployed. What is built for tests is compiled while it runs.
publish() {
    build
    (
        take_lock "$ROOT/artifacts/.lock"
        publish_now
    ) || exit 1
}

publish_now() {
    local project stamp=$ROOT/artifacts/published/.stamp log=$ROOT/artifacts/publish.log
    [ ! "$stamp" -nt "$ROOT/artifacts/.built" ] || return 0
    note "publishing Silo and Gateway (this takes some minutes)"
    mkdir -p "$ROOT/artifacts/published"
    # The time of the beginning, as of a build.
    touch "$ROOT/artifacts/.publishing"
    for project in Silo Gateway; do
        (cd "$ROOT" && MSBUILDDISABLENODEREUSE=1 "$DOTNET" publish "src/$project" "${PUBLISH[@]}" --output "artifacts/published/$project" </dev/null >"$log" 2>&1 9>&-) ||
            die "publishing failed (see $log)"
    done
    mv -f "$ROOT/artifacts/.publishing" "$stamp"
}

bench_word() {
    publish
    # Most of the HTTP rows are measured by it; without it they are skipped, and say so.
    has wrk || install_package wrk wrk wrk wrk || true
    # What the build left to be written would hold up the commits that are measured.
    sync
    program_word bench Benchmarks "$@"
}

# The file that the client reads (src/Client/Http/Profile.cs): the key in it is for the address in it.
profile_names_cluster() {
    local file=${GAIA_PROFILE:-}
    if [ -z "$file" ] && [ -n "${XDG_CONFIG_HOME:-}" ]; then
        file=$XDG_CONFIG_HOME/gaia/profile
    elif [ -z "$file" ] && [ -n "${HOME:-}" ]; then
        file=$HOME/.config/gaia/profile
    fi
    [ -n "$file" ] && grep -Eq '^[[:space:]]*GAIA_URL[[:space:]]*=[[:space:]]*[^[:space:]]' "$file" 2>/dev/null
}

client_word() {
    build
    if [ -z "${GAIA_URL:-}" ] && ! profile_names_cluster; then
        GAIA_URL=$(first_silo_url)
        export GAIA_URL
    fi
    exec "$DOTNET" "$(output_of Client)" "$@"
}

# A program of the tests folder with a word of its own; it starts and stops what it needs.
program_word() { # WORD PROJECT ARGS...
    local word=$1 project=$2
    shift 2
    [ -d "$ROOT/tests/$project" ] || usage_error "unknown word '$word': this checkout has no tests/$project"
    build
    export_postgres_programs
    exec "$DOTNET" "$(output_of "$project")" "$@"
}
