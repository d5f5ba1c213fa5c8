# shellcheck shell=bash
# Npgsql connection strings, and psql with the same meaning.

# The value of a key in a connection string; later spellings are Npgsql's synonyms of the first.
connection_field() { # CONNECTION KEY...
    local connection=$1
    shift
    # Through the environment, as below; and awk would read backslashes in a variable that it is given.
    GAIA_CONNECTION=$connection awk -v keys="$*" 'BEGIN {
        # Between quotes a semicolon is part of the value.
        connection = ENVIRON["GAIA_CONNECTION"]
        for (at = 1; at <= length(connection); at++) {
            letter = substr(connection, at, 1)
            if (quote == "" && letter ~ /[\047"]/ && parts[count + 1] ~ /=[ \t]*$/) quote = letter
            else if (letter == quote) quote = ""
            if (letter == ";" && quote == "") count++
            else parts[count + 1] = parts[count + 1] letter
        }
        count++
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
    local host port user password database tls certificate name value
    host=$(connection_field "$1" host server)
    port=$(connection_field "$1" port)
    user=$(connection_field "$1" username userid user uid)
    password=$(connection_field "$1" password pwd)
    database=$(connection_field "$1" database db)
    tls=$(connection_field "$1" sslmode)
    certificate=$(connection_field "$1" rootcertificate)
    # libpq would take them before what is said here.
    unset PGSERVICE PGSERVICEFILE PGHOSTADDR
    export PGHOST=${host:-localhost} PGPORT=${port:-5432}
    [ -z "$user" ] || export PGUSER=$user
    [ -z "$password" ] || export PGPASSWORD=$password
    [ -z "$database" ] || export PGDATABASE=$database
    [ -z "$certificate" ] || export PGSSLROOTCERT=$certificate
    case $(printf '%s' "$tls" | tr '[:upper:]' '[:lower:]') in
        verifyca) export PGSSLMODE=verify-ca ;;
        verifyfull)
            export PGSSLMODE=verify-full
            # Npgsql then asks the machine's own authorities; libpq would look for a file.
            [ -n "$certificate" ] || export PGSSLROOTCERT=system
            ;;
        ?*) PGSSLMODE=$(printf '%s' "$tls" | tr '[:upper:]' '[:lower:]') && export PGSSLMODE ;;
    esac
    for name in PGSSLCERT=sslcertificate PGSSLKEY=sslkey PGSSLNEGOTIATION=sslnegotiation PGCHANNELBINDING=channelbinding; do
        value=$(connection_field "$1" "${name#*=}")
        # Words, where they are not the names of files, are lower case in libpq.
        case $name in PGSSLN* | PGC*) value=$(printf '%s' "$value" | tr '[:upper:]' '[:lower:]') ;; esac
        [ -z "$value" ] || export "${name%=*}=$value"
    done
}

# A program of PostgreSQL's client: of the version that the server has, or of the next newer, where either is installed. An older one refuses the server, and
# what the newest writes is not always understood by an older server. Else of the same installation as the local server, where there is one.
postgres_program() { # NAME
    local program=
    if [ -x "${GAIA_PG_BIN:-}/$1" ]; then
        program=$GAIA_PG_BIN/$1
    else
        program=$(program_for "$1" "$(server_major)")
    fi
    if [ -z "$program" ] && find_postgres; then program=$PG_BIN/$1; fi
    [ -x "$program" ] || program=$(command -v "$1" || true)
    if [ -z "$program" ]; then
        install_package "$1" postgresql-client postgresql libpq || die "$1 is missing; install it with: $INSTALL_HINT"
        program=$1
    fi
    printf '%s' "$program"
}

# Nothing where no server has been asked yet, or none answers.
server_major() {
    [ -n "${PSQL:-}" ] || return 0
    # A database that is lost has a server all the same.
    local of
    for of in "" "${MAINTENANCE:-postgres}"; do
        PGCONNECT_TIMEOUT=10 "$PSQL" ${of:+-d "$of"} -X -Atqc "SELECT current_setting('server_version_num')::int / 10000" </dev/null 2>/dev/null && return 0
    done
    return 0
}

program_for() { # NAME MAJOR
    local folder major
    [ -n "$2" ] || return 0
    while IFS= read -r folder; do
        [ -x "$folder/$1" ] || continue
        major=$("$folder/$1" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
        if [ "${major:-0}" -ge "$2" ]; then
            printf '%s' "$folder/$1"
            return 0
        fi
    done < <(postgres_folders)
}

psql_word() {
    local connection client
    # The one that scripts/ would take, too.
    connection=${GAIA_POSTGRES:-$(setting postgres)}
    [ "$connection" != memory ] || die "this cluster keeps everything in memory: there is no database"
    [ -n "$connection" ] || die "there is no cluster; start one with: gaia up"
    client=$(postgres_program psql) || exit 1
    export_connection "$connection"
    exec "$client" "$@"
}
