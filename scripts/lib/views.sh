# shellcheck shell=bash
# Looking at the cluster: what runs where, and what it wrote.

first_silo_url() {
    local name
    for name in $SILOS; do
        if alive "$name"; then
            url_of "$name"
            return 0
        fi
    done
    local url
    url=$(url_of "${SILOS%% *}")
    printf '%s' "${url:-http://127.0.0.1:8080}"
}

is_local_silo() { # URL
    local name
    for name in $SILOS; do
        [ "$(url_of "$name")" != "$1" ] || return 0
    done
    return 1
}

addresses() {
    local name
    printf '\n'
    for name in $SILOS; do printf '  %-14s %s\n' "$name" "$(url_of "$name")"; done
    printf '  %-14s %s\n' gateway "$(url_of gaia_gateway)"
    printf '  %-14s %s\n' GAIA_HOME "$LEGACY"
    printf '  %-14s %s/dashboard\n' dashboard "$(url_of "${SILOS%% *}")"
    if [ "$STORE" = memory ]; then
        printf '  %-14s none: nothing will be kept\n' database
    else
        printf '  %-14s %s psql\n' database "$GAIA"
    fi
}

state_of() { # NAME READINESS_URL
    if ! alive "$1"; then
        printf dead
    elif [ -z "$2" ] || answers "$2"; then
        printf ready
    else
        printf 'not ready'
    fi
}

ps_word() {
    [ $# -eq 0 ] || usage_error "ps: unknown option '$1'"
    local name url probe
    if ! ls "$RUN"/*.pid >/dev/null 2>&1; then
        note "nothing is running"
        return 0
    fi
    printf '%-14s %-8s %-10s %s\n' NAME PID STATE URL
    for name in postgres gaia_home $SILOS gaia_gateway; do
        [ -f "$RUN/$name.pid" ] || continue
        url=$(url_of "$name")
        case $name in
            postgres) probe= ;;
            gaia_home) probe=$url/health ;;
            *) probe=$url/health/ready ;;
        esac
        printf '%-14s %-8s %-10s %s\n' "$name" "$(pid_of "$name")" "$(state_of "$name" "$probe")" "$url"
    done
}

logs_word() {
    local follow='' file name=''
    while [ $# -gt 0 ]; do
        case $1 in
            -f | --follow) follow=1 ;;
            -*) usage_error "logs: unknown option '$1'" ;;
            *)
                [ -z "$name" ] || usage_error "logs: one name at a time"
                name=$1
                ;;
        esac
        shift
    done
    if [ -n "$name" ]; then
        case $name in */* | .*) usage_error "logs: '$name' is not the name of a process" ;; esac
        file=$LOGS/$name.log
        [ -f "$file" ] || usage_error "logs: nothing from '$name'; there is: $(log_names)"
        set -- "$file"
    else
        set -- "$LOGS"/*.log
        [ -f "$1" ] || die "there are no logs yet"
    fi
    if [ -n "$follow" ]; then exec tail -n 50 -F "$@"; fi
    if [ -n "$name" ]; then cat "$file"; else tail -n 50 "$@"; fi
}

log_names() {
    local file names=''
    for file in "$LOGS"/*.log; do
        [ ! -f "$file" ] || { file=${file##*/}; names="$names ${file%.log}"; }
    done
    printf '%s' "${names# }"
}
