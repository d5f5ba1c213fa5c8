# shellcheck shell=bash
# What the tests of this folder share. Each begins with: failures=0, a folder of its own in $folder, and the repository in $ROOT.

failures=0
ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
unset GAIA_STATE GAIA_STORE GAIA_POSTGRES GAIA_LEGACY GAIA_SEED GAIA_PG_PORT GAIA_URL GAIA_GATEWAY GAIA_TOKEN GAIA_BACKUPS GAIA_DNS XDG_STATE_HOME
unset Legacy__Auth Legacy__Credential Postgres__ConnectionString Postgres__OwnerConnectionString PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGOPTIONS

ok() { # TEXT, after the command it judges
    local status=$?
    if [ "$status" -eq 0 ]; then
        printf 'ok     %s\n' "$1"
    else
        printf 'not ok %s\n' "$1"
        failures=$((failures + 1))
    fi
}

# Fails unless the command ends with the exit code and its stderr has the words.
refuses() { # CODE WORDS COMMAND...
    local code=$1 words=$2 said status=0
    shift 2
    said=$("$@" 2>&1 >/dev/null </dev/null) || status=$?
    [ "$status" -eq "$code" ] && [[ $said == *"$words"* ]] && return 0
    printf 'exit code %s instead of %s, and said: %s\n' "$status" "$code" "$said" >&2
    return 1
}

free_from() { # PORT: the first of three free ports in a row
    local port=$1 next
    while :; do
        for next in "$port" $((port + 1)) $((port + 2)); do
            if (exec 3<>"/dev/tcp/127.0.0.1/$next") 2>/dev/null; then
                port=$((next + 1))
                continue 2
            fi
        done
        printf '%s' "$port"
        return
    done
}

# Ports of its own, so that a test runs beside another cluster of this machine.
choose_ports() {
    GAIA_HTTP_PORT=$(free_from 28080) GAIA_SILO_PORT=$(free_from 21111) GAIA_ORLEANS_GATEWAY_PORT=$(free_from 22000)
    GAIA_GATEWAY_PORT=$(free_from 28000) GAIA_LEGACY_PORT=$(free_from 25000)
    export GAIA_HTTP_PORT GAIA_SILO_PORT GAIA_ORLEANS_GATEWAY_PORT GAIA_GATEWAY_PORT GAIA_LEGACY_PORT
}
