# shellcheck shell=bash
# Npgsql connection strings, and psql with the same meaning.

# The value of a key in a connection string; later spellings are Npgsql's synonyms of the first.
connection_field() { # CONNECTION KEY...
    local connection=$1
    shift
    awk -v connection="$connection" -v keys="$*" 'BEGIN {
        count = split(connection, parts, ";")
        wanted = " " tolower(keys) " "
        for (i = 1; i <= count; i++) {
            at = index(parts[i], "=")
            if (at == 0) continue
            key = tolower(substr(parts[i], 1, at - 1))
            gsub(/[ \t]/, "", key)
            value = substr(parts[i], at + 1)
            gsub(/^[ \t]+|[ \t]+$/, "", value)
            if (value ~ /^\047.*\047$/ || value ~ /^".*"$/) value = substr(value, 2, length(value) - 2)
            if (index(wanted, " " key " ")) found = value
        }
        print found
    }'
}

# The password goes through the environment: a command line can be read by every user.
export_connection() { # CONNECTION
    local host port user password database
    host=$(connection_field "$1" host server)
    port=$(connection_field "$1" port)
    user=$(connection_field "$1" username userid user uid)
    password=$(connection_field "$1" password pwd)
    database=$(connection_field "$1" database db)
    export PGHOST=${host:-localhost} PGPORT=${port:-5432}
    [ -z "$user" ] || export PGUSER=$user
    [ -z "$password" ] || export PGPASSWORD=$password
    [ -z "$database" ] || export PGDATABASE=$database
}

psql_word() {
    local connection client=
    connection=$(setting postgres)
    [ "$connection" != memory ] || die "this cluster keeps everything in memory: there is no database"
    connection=${connection:-${GAIA_POSTGRES:-}}
    [ -n "$connection" ] || die "there is no cluster; start one with: gaia up"
    if find_postgres; then client=$PG_BIN/psql; fi
    [ -x "$client" ] || client=$(command -v psql || true)
    if [ -z "$client" ]; then
        install_package psql postgresql-client postgresql libpq || die "psql is missing; install it with: $INSTALL_HINT"
        client=psql
    fi
    export_connection "$connection"
    exec "$client" "$@"
}
