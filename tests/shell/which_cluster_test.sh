#!/usr/bin/env bash
# Which cluster the words of ./gaia and the scripts go to. Nothing is built, and nobody is asked. Exit 0 all ok, 1 not ok.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
unset GAIA_PROFILE XDG_CONFIG_HOME
export GAIA_STATE=$folder/state HOME=$folder/home
profile=$HOME/.config/gaia/profile
mkdir -p "$GAIA_STATE/run" "${profile%/*}"
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/api.sh
. "$ROOT/scripts/lib/api.sh"

# A client that says which cluster it was told of.
cat >"$folder/dotnet" <<'CLIENT'
#!/usr/bin/env bash
printf '%s' "${GAIA_URL:-none}"
CLIENT
chmod +x "$folder/dotnet"
build() { :; }
require_curl() { :; }
require_jq() { :; }
answers() { :; }

record() { # NAME URL: what a process leaves behind
    printf '1 gone\n%s\n\n0\n' "$2" >"$RUN/$1.pid"
}
told() { # URL
    local said
    said=$(DOTNET=$folder/dotnet client_word status)
    [ "$said" = "$1" ] || { printf 'the client was told: %s\n' "$said" >&2 && return 1; }
}
chosen() { # URL GATEWAY
    local said
    said=$(choose_cluster && rm -rf "$WORK" && printf '%s %s' "$URL" "$GATEWAY")
    [ "$said" = "$1 $2" ] || { printf 'chosen: %s\n' "$said" >&2 && return 1; }
}

record gaia_node_1 http://127.0.0.1:18080
record gaia_node_2 http://127.0.0.1:18081
record gaia_gateway http://127.0.0.1:18000

told http://127.0.0.1:18080
ok "a word of the client goes to the local cluster"
printf 'GAIA_TOKEN=key\n' >"$profile"
told http://127.0.0.1:18080
ok "a profile that has a key alone names no other"
printf '# mine\n GAIA_URL = http://theirs:8080\nGAIA_TOKEN=key\n' >"$profile"
told none
ok "the address of a profile is left to the client, which has its key from there too"
GAIA_URL=http://variable:8080 told http://variable:8080
ok "the variable goes before the profile"
XDG_CONFIG_HOME=$folder/none told http://127.0.0.1:18080 && GAIA_PROFILE=$profile XDG_CONFIG_HOME=$folder/none told none
ok "the profile is where the client looks for it"
printf 'GAIA_URL=\n' >"$profile"
told http://127.0.0.1:18080
ok "a line without an address is none"

chosen http://127.0.0.1:18080 http://127.0.0.1:18000
ok "scripts go to the local cluster, through its gateway"
GAIA_URL=http://127.0.0.1:18081/ chosen http://127.0.0.1:18081 http://127.0.0.1:18000
ok "another of its silos has the same gateway"
GAIA_URL=http://theirs:8080 chosen http://theirs:8080 http://theirs:8080 && URL=http://theirs:8080 chosen http://theirs:8080 http://theirs:8080
ok "the local gateway is not that of another cluster"
GAIA_URL=http://theirs:8080 GAIA_GATEWAY=http://clients/ chosen http://theirs:8080 http://clients
ok "its own gateway can be named"

[ "$failures" -eq 0 ]
