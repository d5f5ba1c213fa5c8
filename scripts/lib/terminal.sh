# shellcheck shell=bash
# What people see: progress and errors on stderr, answers on stdout.

QUIET=

note() { [ -n "$QUIET" ] || printf '%s\n' "$*" >&2; }

warn() { printf 'gaia: %s\n' "$*" >&2; }

die() {
    warn "$*"
    exit 1
}

usage_error() {
    warn "$*"
    usage >&2
    exit 2
}

# A line that is rewritten in place on a terminal; elsewhere it appears every ten seconds.
progress() { # TEXT SECONDS
    [ -z "$QUIET" ] || return 0
    if [ -t 2 ]; then
        printf '\r\033[K  %s (%s s)' "$1" "$2" >&2
    elif [ "$2" -gt 0 ] && [ $(($2 % 10)) -eq 0 ] && [ "$2" != "${PROGRESS_SHOWN:-}" ]; then
        PROGRESS_SHOWN=$2
        printf '  %s (%s s)\n' "$1" "$2" >&2
    fi
}

progress_end() { # TEXT
    [ -z "$QUIET" ] || return 0
    [ ! -t 2 ] || printf '\r\033[K' >&2
    printf '  %s\n' "$1" >&2
}

whole_number() { # VALUE MIN MAX
    case $1 in '' | *[!0-9]* | ??????????*) return 1 ;; esac
    [ "$((10#$1))" -ge "$2" ] && [ "$((10#$1))" -le "$3" ]
}

json_string() { # VALUE
    local value=$1
    value=${value//\\/\\\\}
    value=${value//\"/\\\"}
    printf '"%s"' "$value"
}

usage() {
    cat <<'TEXT'
Usage: gaia WORD [OPTIONS]

This machine
  up [--quiet]              start PostgreSQL, GAIA_HOME, three silos and the gateway
  down [--wipe]             stop them; --wipe also deletes their data
  ps                        what is running, and where
  preflight URL [--sample N]
                            can the GAIA_HOME at URL be migrated? reads only, needs no cluster
  demo [--sessions N] [--seconds S] [--json FILE]
                            the whole migration, live, with proof that nothing was lost
  test [--filter EXPR]      every test
  logs [NAME] [-f]          what the processes wrote
  psql [ARGS]               psql on the cluster's database
TEXT
    [ ! -d "$ROOT/tests/Benchmarks" ] || printf '  bench [ARGS]              benchmarks\n'
    [ ! -d "$ROOT/tests/Chaos" ] || printf '  chaos [ARGS]              fault injection\n'
    cat <<'TEXT'
  help                      this text

TEXT
    printf 'The cluster (every other word; --url, GAIA_URL or a profile names it)\n'
    local client
    client=$(output_of Client)
    if [ -f "$client" ] && find_dotnet && "$DOTNET" "$client" --help 2>/dev/null | sed 's/^/  /'; then
        return 0
    fi
    printf '  for example: status, split, migrate, verify, dual-write, rollback; all of them: gaia status --help\n'
}
