# shellcheck shell=bash
# The database of a cluster: which one it is, and asking it.

PSQL=
DATABASE=
OWN_SERVER=

# Where databases are made and renamed from.
MAINTENANCE=postgres

# The one that is named; else the running cluster's; else the stopped local cluster's, whose server is started for as long as this takes.
choose_database() {
    local connection=${GAIA_POSTGRES:-${Postgres__OwnerConnectionString:-${Postgres__ConnectionString:-}}}
    connection=${connection:-$(running_connection)}
    [ "$connection" != memory ] || die "this cluster keeps everything in memory: there is no database"
    if [ -z "$connection" ] && [ -z "${PGDATABASE:-}${PGSERVICE:-}" ]; then
        [ -d "$STATE/pg/" ] || die "which database? name it with GAIA_POSTGRES='Host=…;Port=5432;Username=…;Password=…;Database=…'"
        start_own_server
        connection=$(private_connection)
    fi
    [ -z "$connection" ] || export_connection "$connection"
    PSQL=$(postgres_program psql) || exit 1
    DATABASE=${PGDATABASE:-$(query 'SELECT current_database()')} || exit 1
}

# The local cluster's; nothing where a server of its own does not run, as after the machine was started anew.
running_connection() {
    if [ "$(setting store)" = private ] && find_postgres; then
        choose_pg_user
        server_runs || return 0
    fi
    setting postgres
}

start_own_server() {
    find_postgres || die "no PostgreSQL server for the data in $STATE/pg"
    prepare_folders
    choose_pg_user
    if ! server_runs; then OWN_SERVER=1; fi
    start_postgres
}

# Unless a cluster was started meanwhile, which works on it.
stop_own_server() {
    [ -z "$OWN_SERVER" ] || (
        take_lock "$STATE/lock"
        cluster_runs || stop_postgres
    )
    OWN_SERVER=
}

# One statement, or a whole script on stdin; every error ends it. The options are psql's.
query() { # [OPTIONS] STATEMENT
    PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning" "$PSQL" -X -Atq -v ON_ERROR_STOP=1 "${@:1:$#-1}" -c "${*: -1}" </dev/null
}

run_sql() { # [OPTIONS], the statements on stdin
    PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning" "$PSQL" -X -Atq -v ON_ERROR_STOP=1 "$@"
}

sql_text() { printf "'%s'" "${1//\'/\'\'}"; }

sql_name() { printf '"%s"' "${1//\"/\"\"}"; }
