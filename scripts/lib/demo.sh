# shellcheck shell=bash
# The demo: a cluster with N sessions in GAIA_HOME, and the program that migrates them before your eyes.

demo_word() {
    local sessions=10000 seconds=20 json='' status=0
    while [ $# -gt 0 ]; do
        case $1 in
            --sessions | --seconds | --json) [ $# -ge 2 ] || usage_error "demo: $1 needs a value" ;;
        esac
        case $1 in
            --sessions)
                sessions=$2
                whole_number "$sessions" 1 10000000 || usage_error "demo: --sessions is a whole number from 1 to 10000000, not '$sessions'"
                shift
                ;;
            --seconds)
                seconds=$2
                whole_number "$seconds" 1 86400 || usage_error "demo: --seconds is a whole number from 1 to 86400, not '$seconds'"
                shift
                ;;
            --json)
                json=$2
                case $json in '') usage_error "demo: --json needs a file" ;; /*) ;; *) json=$PWD/$json ;; esac
                [ -d "$(dirname "$json")" ] || usage_error "demo: no such folder: $(dirname "$json")"
                shift
                ;;
            *) usage_error "demo: unknown option '$1'" ;;
        esac
        shift
    done
    sessions=$((10#$sessions)) seconds=$((10#$seconds))
    # A GAIA_HOME of somebody else gets sessions from us only when GAIA_SEED asks for it.
    if [ -z "${GAIA_LEGACY:-}" ]; then
        GAIA_SEED=$sessions
        seed_running_legacy "$sessions"
    fi
    bring_up memory
    [ -n "$QUIET" ] || addresses >&2
    set -- run --cluster "$CLUSTER" --gaia "$GAIA" --sessions "$sessions" --seconds "$seconds"
    [ -z "$json" ] || set -- "$@" --json "$json"
    "$DOTNET" "$(output_of Demo)" "$@" || status=$?
    exit "$status"
}

# Our own GAIA_HOME takes more sessions only when it starts; one that has enough is left alone.
seed_running_legacy() { # SESSIONS
    local seeded
    prepare_folders
    take_lock "$STATE/lock"
    if alive gaia_home; then
        seeded=$(record_line gaia_home 3)
        if [ "${seeded:-0}" -lt "$1" ]; then
            note "GAIA_HOME starts again with $1 sessions"
            ask_to_stop gaia_home
            await_stop gaia_home 10
        fi
    fi
    release_lock
}
