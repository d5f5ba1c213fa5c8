# shellcheck shell=bash
# Every test of the repository, counted together. The last line is the verdict.

PASSED=0
FAILED=0
SKIPPED=0
FAILURES=()

test_word() {
    local filter='' project name
    while [ $# -gt 0 ]; do
        case $1 in
            --filter)
                [ $# -ge 2 ] && [ -n "$2" ] || usage_error "test: --filter needs an expression"
                filter=$2
                shift
                ;;
            *) usage_error "test: unknown option '$1'" ;;
        esac
        shift
    done
    mkdir -p "$LOGS"
    build
    require_python
    require_curl
    require_prometheus
    require_chromium
    export_postgres_programs
    RESULTS=$(mktemp -d)
    trap 'rm -rf "$RESULTS"' EXIT
    for project in "$ROOT"/tests/*.Tests/*.csproj; do
        name=$(basename "$project" .csproj)
        test_project "$name" "$filter"
    done
    ! chosen gaia_home "$filter" || test_gaia_home
    for project in "$ROOT"/tests/shell/*_test.sh; do
        name=$(basename "$project" .sh)
        ! chosen "$name" "$filter" || test_shell "$name" "$project"
    done
    verdict
}

# Python and shell tests have no properties to filter by: a filter chooses them by name.
chosen() { # NAME FILTER
    case $1 in *"$2"*) ;; *) return 1 ;; esac
}

# One project at a time, by its assembly: a project that crashes is known by name, and nothing is built or loaded again.
test_project() { # NAME FILTER
    local name=$1 status=0 failed_before=$FAILED
    set -- --logger "trx;LogFileName=$name.trx" --results-directory "$RESULTS" ${2:+--filter "$2"}
    printf '%s\n' "$name" >&2
    "$DOTNET" test --nologo "$(output_of "$name")" "$@" </dev/null || status=$?
    [ ! -f "$RESULTS/$name.trx" ] || count_trx "$RESULTS/$name.trx"
    if [ "$status" -ne 0 ] && [ "$FAILED" -eq "$failed_before" ]; then
        fail "$name (stopped with exit code $status and without a failed test)"
    fi
}

fail() {
    FAILED=$((FAILED + 1))
    FAILURES+=("$1")
}

count_trx() { # FILE
    local total executed passed name
    total=$(counter total "$1") executed=$(counter executed "$1") passed=$(counter passed "$1")
    PASSED=$((PASSED + passed))
    SKIPPED=$((SKIPPED + total - executed))
    FAILED=$((FAILED + executed - passed))
    while IFS= read -r name; do
        FAILURES+=("$name")
    done < <(failures_of "$1")
}

# Each failed test by its name, and under it, further in, how its message begins: who reads the end of a long log needs no other part of it.
failures_of() { # FILE
    awk -v most=12 '
        /<UnitTestResult / {
            failed = !/outcome="(Passed|NotExecuted)"/
            if (failed) { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); print name }
        }
        failed && /<Message>/ { said = 0; telling = 1; sub(/.*<Message>/, "") }
        telling {
            ended = /<\/Message>/
            sub(/<\/Message>.*/, "")
            if (said++ < most) print "    " substr($0, 1, 400)
            if (ended) telling = 0
        }' "$1" |
        sed 's/&quot;/"/g;s/&#x[dD];//g;s/&#x[aA];/ /g;s/&lt;/</g;s/&gt;/>/g;s/&amp;/\&/g'
}

counter() { # NAME FILE
    local value
    value=$(sed -n "s/.*<Counters.*[ ]$1=\"\([0-9]*\)\".*/\1/p" "$2" | sed -n 1p)
    printf '%s' "${value:-0}"
}

test_gaia_home() {
    local log=$RESULTS/gaia_home.log ran bad summary name status=0
    printf 'gaia_home\n' >&2
    python3 -m unittest discover -s "$ROOT/deploy/gaia-home" -p "test_*.py" </dev/null >"$log" 2>&1 || status=$?
    ran=$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} in .*/\1/p' "$log" | tail -n 1)
    summary=$(grep -E '^(OK|FAILED)' "$log" | tail -n 1) || true
    bad=$(($(python_count failures) + $(python_count errors) + $(python_count 'unexpected successes')))
    if [ "$status" -ne 0 ] || [ -z "$ran" ]; then cat "$log"; else tail -n 3 "$log"; fi
    SKIPPED=$((SKIPPED + $(python_count skipped)))
    PASSED=$((PASSED + ${ran:-0} - bad - $(python_count skipped)))
    FAILED=$((FAILED + bad))
    while IFS= read -r name; do FAILURES+=("$name"); done < <(sed -nE 's/^(FAIL|ERROR): //p' "$log")
    if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ -z "$ran" ]; }; then
        fail "gaia_home (stopped with exit code $status and without a failed test)"
    fi
}

python_count() { # KEY, in the summary of the caller
    local value=${summary#*"$1="}
    if [ "$value" = "$summary" ]; then printf 0; else printf '%s' "${value%%[!0-9]*}"; fi
}

test_shell() { # NAME FILE
    local status=0
    printf '%s\n' "$1" >&2
    # As tests/Testbed/ChildProcess.cs starts what lives shortly.
    DOTNET_TC_CallCounting=0 bash "$2" </dev/null || status=$?
    case $status in
        0) PASSED=$((PASSED + 1)) ;;
        77) SKIPPED=$((SKIPPED + 1)) ;;
        *) fail "$1" ;;
    esac
}

verdict() {
    local name line
    if [ "${#FAILURES[@]}" -gt 0 ]; then
        printf '\nFailed:\n'
        for name in "${FAILURES[@]}"; do printf '  %s\n' "$name"; done
    fi
    line="$PASSED passed, $FAILED failed"
    [ "$SKIPPED" -eq 0 ] || line="$line, $SKIPPED skipped"
    [ $((PASSED + FAILED)) -gt 0 ] || warn "no test ran"
    printf '%s\n' "$line"
    [ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ] || exit 1
}
