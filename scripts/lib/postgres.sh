# shellcheck shell=bash
# The private PostgreSQL of a rehearsal cluster: loopback only, durable, data in .gaia/pg.

PG_BIN=
PG_USER=
PG_PORT=

has_server() { [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ]; }

# Where versions of PostgreSQL lie, the oldest first.
postgres_folders() {
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -V
    printf '%s\n' /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /home/linuxbrew/.linuxbrew/opt/postgresql*/bin
}

# An existing data folder decides which major version may serve it.
find_postgres() {
    local wanted='' folder initdb
    [ ! -f "$STATE/pg/PG_VERSION" ] || wanted=$(cat "$STATE/pg/PG_VERSION")
    if [ -n "${GAIA_PG_BIN:-}" ]; then
        has_server "$GAIA_PG_BIN" || die "GAIA_PG_BIN names no folder with initdb, pg_ctl and postgres: $GAIA_PG_BIN"
        PG_BIN=$GAIA_PG_BIN
        return 0
    fi
    initdb=$(command -v initdb || true)
    [ -z "$initdb" ] || initdb=$(readlink -f "$initdb")
    for folder in "${initdb%/*}" $(postgres_folders | sort -rV); do
        has_server "$folder" || continue
        if [ -z "$wanted" ] || [ "$("$folder/postgres" --version | sed 's/.* \([0-9][0-9]*\)\..*/\1/')" = "$wanted" ]; then
            PG_BIN=$folder
            return 0
        fi
    done
    return 1
}

find_or_install_postgres() {
    find_postgres || { install_package PostgreSQL postgresql postgresql-server postgresql && find_postgres; }
}

export_postgres_programs() {
    find_or_install_postgres || die "no PostgreSQL server; install it with: $INSTALL_HINT"
    export GAIA_PG_BIN=$PG_BIN
}

owner_of() { stat -c %U "$1" 2>/dev/null || stat -f %Su "$1"; }

# PostgreSQL refuses to run as root.
choose_pg_user() {
    PG_USER=
    [ "$(id -u)" = 0 ] || return 0
    if [ -d "$STATE/pg/" ]; then
        PG_USER=$(owner_of "$STATE/pg/")
    elif id postgres >/dev/null 2>&1; then
        PG_USER=postgres
    elif id nobody >/dev/null 2>&1; then
        PG_USER=nobody
    else
        die "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody'"
    fi
}

# From / because PostgreSQL wants to read its working folder, and ours may be closed to that user.
as_pg() {
    if [ -z "$PG_USER" ]; then
        (cd / && "$@")
    elif has runuser; then
        (cd / && runuser -u "$PG_USER" -- "$@")
    else
        (cd / && sudo -n -u "$PG_USER" "$@")
    fi
}

# Where the repository lies in a folder that only root may enter, PostgreSQL's user cannot reach .gaia: its data then lies
# under the state folder and .gaia/pg points to it.
place_data() {
    local base outside
    [ ! -d "$STATE/pg/" ] || return 0
    rm -f "$STATE/pg"
    if [ -z "$PG_USER" ] || as_pg test -x "$STATE" 2>/dev/null; then
        return 0
    fi
    for base in "${XDG_STATE_HOME:-/var/lib}" /var/lib /var/tmp; do
        if as_pg test -x "$base" 2>/dev/null && outside=$base/gaia/$(printf '%s' "$STATE" | cksum | tr ' ' -) && (umask 022 && mkdir -p "$outside") 2>/dev/null; then
            ln -s "$outside/pg" "$STATE/pg"
            return 0
        fi
    done
    die "user '$PG_USER' may enter neither $STATE nor ${XDG_STATE_HOME:-/var/lib}; name a folder it may enter with XDG_STATE_HOME"
}

# The data folder without symbolic links.
data_folder() {
    if [ -L "$STATE/pg" ]; then readlink "$STATE/pg"; else printf '%s' "$STATE/pg"; fi
}

# Made beside its place and moved there: a folder that exists is complete.
create_data() {
    local data fresh
    place_data
    data=$(data_folder)
    if [ -f "$data/PG_VERSION" ]; then
        as_pg test -x "$data" || die "user '$PG_USER' may no longer enter $data; open the folders above it, or delete the data with: gaia down --wipe"
        return 0
    fi
    [ ! -e "$data" ] || die "$data is not a PostgreSQL data folder"
    fresh=$data.new
    rm -rf "$fresh"
    mkdir -m 700 "$fresh"
    [ -z "$PG_USER" ] || chown "$PG_USER" "$fresh"
    note "creating a private PostgreSQL in $data"
    as_pg "$PG_BIN/initdb" -D "$fresh" -U gaia -A trust -E UTF8 --locale=C </dev/null >"$LOGS/initdb.log" 2>&1 9>&- || {
        tail -n 15 "$LOGS/initdb.log" >&2
        die "initdb failed"
    }
    cat >>"$fresh/postgresql.conf" <<'CONF'

listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
synchronous_commit = on
CONF
    mv "$fresh" "$data"
}

server_pid() { sed -n 1p "$(data_folder)/postmaster.pid" 2>/dev/null; }

server_runs() {
    local pid
    pid=$(server_pid) && [ -n "$pid" ] && started_at "$pid" >/dev/null && as_pg "$PG_BIN/pg_ctl" status -D "$(data_folder)" >/dev/null 2>&1
}

# A killed server that nobody has reaped (a container whose first process reaps nothing) looks alive to PostgreSQL. Its pid file
# may go once no process works in the folder any more.
clear_unreaped_server() {
    local data pid begin=$SECONDS
    data=$(data_folder)
    pid=$(server_pid) || return 0
    if [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null || started_at "$pid" >/dev/null; then return 0; fi
    while works_in "$data"; do
        [ $((SECONDS - begin)) -lt 10 ] || die "processes of a killed PostgreSQL still work in $data"
        sleep 0.2
    done
    rm -f "$data/postmaster.pid"
}

works_in() { # FOLDER
    local link
    for link in /proc/[0-9]*/cwd; do
        if [ "$(readlink "$link" 2>/dev/null)" = "$1" ]; then return 0; fi
    done
    return 1
}

choose_pg_port() {
    if [ -n "${GAIA_PG_PORT:-}" ]; then
        check_port_variable GAIA_PG_PORT "$GAIA_PG_PORT"
        require_port "$GAIA_PG_PORT" postgres GAIA_PG_PORT
        PG_PORT=$GAIA_PG_PORT
        return 0
    fi
    [ ! -f "$STATE/pg.port" ] || PG_PORT=$(cat "$STATE/pg.port")
    if [ -z "$PG_PORT" ] || port_taken "$PG_PORT"; then
        PG_PORT=$(free_port 5433)
    fi
}

start_postgres() {
    choose_pg_user
    create_data
    if server_runs; then
        PG_PORT=$(sed -n 4p "$(data_folder)/postmaster.pid")
    else
        clear_unreaped_server
        choose_pg_port
        progress "waiting for postgres" 0
        STARTED=(postgres ${STARTED[@]+"${STARTED[@]}"})
        as_pg "$PG_BIN/pg_ctl" start -D "$(data_folder)" -w -t 60 -o "-p $PG_PORT" </dev/null >>"$LOGS/postgres.log" 2>&1 9>&- || {
            tail -n 15 "$LOGS/postgres.log" >&2
            die "PostgreSQL did not start; its log is $LOGS/postgres.log"
        }
        printf '%s\n' "$PG_PORT" >"$STATE/pg.port"
    fi
    write_record postgres "$(server_pid)" "127.0.0.1:$PG_PORT" "" 0
    create_database
    progress_end "postgres is ready: 127.0.0.1:$PG_PORT"
}

# As the owner: what migrates, backs up and restores.
private_connection() { printf 'Host=127.0.0.1;Port=%s;Username=gaia;Database=gaia' "$PG_PORT"; }

create_database() {
    local psql=$PG_BIN/psql exists role
    [ -x "$psql" ] || psql=psql
    ask() { PGCONNECT_TIMEOUT=10 "$psql" -X -h 127.0.0.1 -p "$PG_PORT" -U gaia -d postgres -Atqc "$1" </dev/null; }
    exists=$(ask "SELECT 1 FROM pg_database WHERE datname = 'gaia'") || die "PostgreSQL on port $PG_PORT does not answer; its log is $LOGS/postgres.log"
    [ "$exists" = 1 ] || ask 'CREATE DATABASE gaia OWNER gaia' || die "the database 'gaia' could not be created"
    for role in gaia_silo gaia_gateway; do
        exists=$(ask "SELECT 1 FROM pg_roles WHERE rolname = '$role'") && { [ "$exists" = 1 ] || ask "CREATE ROLE $role LOGIN"; } || die "the role '$role' could not be created"
    done
}

stop_postgres() {
    [ -d "$STATE/pg/" ] || return 0
    find_postgres || die "the programs of PostgreSQL $(cat "$STATE/pg/PG_VERSION") are gone; name their folder with GAIA_PG_BIN"
    choose_pg_user
    if server_runs; then
        progress "waiting for postgres to stop" 0
        as_pg "$PG_BIN/pg_ctl" stop -D "$(data_folder)" -m fast -w -t 60 </dev/null >>"$LOGS/postgres.log" 2>&1 9>&- ||
            die "PostgreSQL did not stop; its log is $LOGS/postgres.log"
    fi
    rm -f "$RUN/postgres.pid"
}

wipe_postgres() {
    local data
    data=$(data_folder)
    rm -rf "$STATE/pg.new" "$data.new"
    case $data in
        "$STATE/pg") rm -rf "$data" ;;
        */gaia/"$(printf '%s' "$STATE" | cksum | tr ' ' -)"/pg)
            rm -rf "${data%/pg}"
            rmdir "$(dirname "${data%/pg}")" 2>/dev/null || true
            ;;
    esac
    rm -f "$STATE/pg" "$STATE/pg.port"
}
