# shellcheck shell=bash
# Whether a GAIA_HOME can be migrated, before anything is installed: one silo's probe without a silo.

# With a URL no cluster is asked; without one the cluster looks at its own GAIA_HOME.
preflight_word() { # [URL] [--sample N] [--time-limit SECONDS] [OPTIONS OF THE CLIENT]
    case ${1:-} in
        http://* | https://*) ;;
        '' | -*)
            client_word preflight "$@"
            return
            ;;
        *) usage_error "preflight: '$1' is no http or https address" ;;
    esac
    local probe=(--legacy "$1") shown=() report status=0
    shift
    while [ $# -gt 0 ]; do
        case $1 in
            -n | --sample | --time-limit)
                [ $# -ge 2 ] || usage_error "preflight: $1 needs a number"
                case $1 in --time-limit) probe+=("$1" "$2") ;; *) probe+=(--sample "$2") ;; esac
                shift
                ;;
            -n=* | --sample=*) probe+=(--sample "${1#*=}") ;;
            --time-limit=*) probe+=(--time-limit "${1#*=}") ;;
            *) shown+=("$1") ;;
        esac
        shift
    done
    build
    # 0 and 1 are verdicts and have a report; anything else has said on stderr what is wrong.
    report=$("$DOTNET" "$(output_of Silo)" preflight "${probe[@]}" </dev/null) || status=$?
    [ "$status" -le 1 ] || exit "$status"
    exec "$DOTNET" "$(output_of Client)" preflight --from - ${shown[@]+"${shown[@]}"} <<<"$report"
}
