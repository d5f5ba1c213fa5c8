# shellcheck shell=bash
# The cluster of this checkout: starting what is not running, stopping exactly what was started.

STATE=${GAIA_STATE:-$ROOT/.gaia}
case $STATE in /*) ;; *) STATE=$PWD/$STATE ;; esac
RUN=$STATE/run
LOGS=$STATE/logs
CLUSTER=$RUN/cluster.json

# Seconds before a silo that leaves is killed: more than its host gives it (src/Silo/SiloApplication.cs).
SILO_GRACE=60

STORE=
SEED=1000
SEED_GIVEN=
LEGACY_EXTERNAL=

setting() { # NAME
    [ ! -f "$RUN/settings" ] || sed -n "s/^$1=//p" "$RUN/settings"
}

cluster_runs() {
    local name
    for name in gaia_gateway $SILOS; do
        ! alive "$name" || return 0
    done
    return 1
}

prepare_folders() {
    mkdir -p "$STATE" "$LOGS"
    # PostgreSQL's user passes through; what is written about the cluster may hold a password.
    chmod 755 "$STATE"
    mkdir -p -m 700 "$RUN"
}

up_word() {
    while [ $# -gt 0 ]; do
        case $1 in
            --quiet | -q) QUIET=1 ;;
            *) usage_error "up: unknown option '$1'" ;;
        esac
        shift
    done
    bring_up refuse
    [ -n "$QUIET" ] || addresses
}

# Without PostgreSQL the demo still shows everything, kept nowhere; a cluster that somebody asked for by name is refused.
bring_up() { # refuse|memory
    case ${GAIA_STORE:-} in '' | postgres | memory) ;; *) usage_error "GAIA_STORE is 'postgres' or 'memory', not '$GAIA_STORE'" ;; esac
    SEED=${GAIA_SEED:-1000}
    SEED_GIVEN=${GAIA_SEED:-}
    whole_number "$SEED" 0 100000000 || usage_error "GAIA_SEED is not a number of sessions: '$SEED'"
    check_ports
    prepare_folders
    require_dotnet
    require_curl
    build
    take_lock "$STATE/lock"
    trap undo_up EXIT
    if cluster_runs; then keep_settings; else choose_settings "$1"; fi
    start_members
    write_cluster_file
    trap - EXIT
    STARTED=()
    release_lock
}

undo_up() {
    local status=$? name
    trap - EXIT
    [ "$status" -ne 0 ] || status=1
    for name in ${STARTED[@]+"${STARTED[@]}"}; do
        if [ "$name" = postgres ]; then (stop_postgres) || true; else (stop_process "$name" "$SILO_GRACE") || true; fi
    done
    cluster_runs || rm -f "$RUN"/gaia_node_*.pid "$CLUSTER" "$RUN/settings"
    exit "$status"
}

# Part of the cluster runs: what joins it must share its database and its GAIA_HOME.
keep_settings() {
    STORE=$(setting store)
    POSTGRES=$(setting postgres)
    LEGACY_EXTERNAL=$(setting legacy)
    if [ "$STORE" = private ]; then
        [ -z "${GAIA_POSTGRES:-}" ] || die "the running cluster has a PostgreSQL of its own, not the one in GAIA_POSTGRES; first: gaia down"
        find_or_install_postgres || die "no PostgreSQL server; install it with: $INSTALL_HINT"
    elif [ "$STORE" = external ] && [ -n "${GAIA_POSTGRES:-}" ] && [ "$GAIA_POSTGRES" != "$POSTGRES" ]; then
        die "the running cluster uses another database than GAIA_POSTGRES; first: gaia down"
    fi
    [ -z "${GAIA_LEGACY:-}" ] || [ "$GAIA_LEGACY" = "$LEGACY_EXTERNAL" ] ||
        die "the running cluster uses another GAIA_HOME than GAIA_LEGACY; first: gaia down"
}

choose_settings() { # refuse|memory
    LEGACY_EXTERNAL=${GAIA_LEGACY:-}
    if [ "${GAIA_STORE:-}" = memory ]; then
        STORE=memory
    elif [ -n "${GAIA_POSTGRES:-}" ]; then
        STORE=external
        POSTGRES=$GAIA_POSTGRES
        refuse_deployment
    elif find_or_install_postgres; then
        STORE=private
    elif [ "$1" = memory ]; then
        warn "no PostgreSQL server (it is installed with: $INSTALL_HINT)"
        STORE=memory
    else
        die "no PostgreSQL server; install it with: $INSTALL_HINT"
    fi
    [ "$STORE" != memory ] || POSTGRES=memory
}

# Scripts are told by the same variable which database they work on. Silos of here would join those of another machine, with a stand-in for their GAIA_HOME, and
# the demo would move their traffic.
refuse_deployment() {
    local client others
    client=$(postgres_program psql) || exit 1
    others=$(
        export_connection "$POSTGRES"
        PGCONNECT_TIMEOUT=10 "$client" -X -Atqc "SELECT string_agg(DISTINCT siloname || ' at ' || address, ', ') FROM orleansmembershiptable WHERE address <> '127.0.0.1'" </dev/null 2>/dev/null
    ) || return 0 # empty, or it does not answer, which the first silo says
    [ -z "$others" ] || die "the database in GAIA_POSTGRES is that of a deployed cluster ($others), which silos of this checkout would join. For a database of your own: unset GAIA_POSTGRES"
}

start_members() {
    local name index=0 kept=$POSTGRES
    if [ "$STORE" = private ]; then
        start_postgres
        POSTGRES=$(private_connection)
        [ -z "$kept" ] || [ "$kept" = "$POSTGRES" ] ||
            die "PostgreSQL had to move to port $PG_PORT and the running silos do not know; first: gaia down"
    fi
    if [ "$STORE" = memory ]; then
        warn "IN MEMORY: three silos in one process without a database; nothing of this cluster will be kept"
    fi
    (umask 077 && printf 'store=%s\npostgres=%s\nlegacy=%s\n' "$STORE" "$POSTGRES" "$LEGACY_EXTERNAL" >"$RUN/settings")
    start_legacy
    [ -n "$LEGACY_EXTERNAL" ] || await_ready gaia_home "$LEGACY/health"
    if [ "$STORE" = memory ]; then
        alive gaia_node_1 || start_memory_silos
    else
        for name in $SILOS; do
            alive "$name" || start_silo "$name" "$index"
            index=$((index + 1))
        done
    fi
    for name in $SILOS; do await_ready "$name" "$(url_of "$name")/health/ready"; done
    alive gaia_gateway || start_gateway
    await_ready gaia_gateway "$(url_of gaia_gateway)/health/ready"
}

write_cluster_file() {
    local name separator='' detail legacy_pid=null
    [ -n "$LEGACY_EXTERNAL" ] || legacy_pid=$(pid_of gaia_home)
    (
        umask 077
        {
            printf '{\n  "postgres": %s,\n' "$(json_string "$POSTGRES")"
            printf '  "legacy": {"pid": %s, "url": %s},\n  "silos": [' "$legacy_pid" "$(json_string "$LEGACY")"
            for name in $SILOS; do
                detail=$(record_line "$name" 3)
                printf '%s\n    {"name": "%s", "pid": %s, "url": "%s", "silo_port": %s}' \
                    "$separator" "$name" "$(pid_of "$name")" "$(url_of "$name")" "${detail%% *}"
                separator=,
            done
            printf '\n  ],\n  "gateway": {"pid": %s, "url": "%s"}\n}\n' "$(pid_of gaia_gateway)" "$(url_of gaia_gateway)"
        } >"$CLUSTER.new"
        mv -f "$CLUSTER.new" "$CLUSTER"
    )
}

down_word() {
    local wipe='' name
    while [ $# -gt 0 ]; do
        case $1 in
            --wipe) wipe=1 ;;
            *) usage_error "down: unknown option '$1'" ;;
        esac
        shift
    done
    [ -d "$STATE" ] || { note "nothing is running"; return 0; }
    prepare_folders
    take_lock "$STATE/lock"
    stop_process gaia_gateway 30
    # All three at once, and only then the waiting: each has its full grace.
    for name in $SILOS; do ask_to_stop "$name"; done
    for name in $SILOS; do await_stop "$name" "$SILO_GRACE"; done
    stop_process gaia_home 10
    stop_postgres
    note "stopped"
    [ -z "$wipe" ] || wipe_data
    rm -f "$CLUSTER" "$RUN/settings"
    release_lock
}

wipe_data() {
    [ "$(setting store)" != external ] || note "the database named by GAIA_POSTGRES is left as it is"
    [ -z "$(setting legacy)" ] || note "the GAIA_HOME named by GAIA_LEGACY is left as it is"
    wipe_postgres
    rm -rf "$STATE/home" "$STATE/emergency" "$LOGS"
    note "its data is deleted"
}
