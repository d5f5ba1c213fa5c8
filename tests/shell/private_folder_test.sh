#!/usr/bin/env bash
# A checkout in a folder that only root may enter: PostgreSQL, which refuses to run as root, must still find its data.
# Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

[ "$(id -u)" = 0 ] || { echo "skipped: only root has such a folder"; exit 77; }

source_tree=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d /root/gaia-private.XXXXXX) || exit 1
tree=$folder/tree
failures=0
unset GAIA_STATE GAIA_STORE GAIA_POSTGRES GAIA_LEGACY GAIA_SEED GAIA_PG_PORT GAIA_URL XDG_STATE_HOME

ok() { # TEXT, after the command it judges
    local status=$?
    if [ "$status" -eq 0 ]; then
        printf 'ok     %s\n' "$1"
    else
        printf 'not ok %s\n' "$1"
        failures=$((failures + 1))
    fi
}

clean() {
    [ ! -x "$tree/gaia" ] || "$tree/gaia" down --wipe >/dev/null 2>&1
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM

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

# What is built already is taken along, with its times: nothing has to be built again.
mkdir "$tree"
for entry in "$source_tree"/* "$source_tree"/.editorconfig; do
    case $entry in */artifacts) ;; *) cp -a "$entry" "$tree/" ;; esac
done
mkdir -p "$tree/artifacts/bin"
cp -a "$source_tree/artifacts/.built" "$tree/artifacts/" 2>/dev/null || true
for project in Silo Gateway Client; do
    cp -a "$source_tree/artifacts/bin/$project" "$tree/artifacts/bin/" 2>/dev/null || true
done
chmod 700 "$folder"

GAIA_HTTP_PORT=$(free_from 28080) GAIA_SILO_PORT=$(free_from 21111) GAIA_ORLEANS_GATEWAY_PORT=$(free_from 22000)
GAIA_GATEWAY_PORT=$(free_from 28000) GAIA_LEGACY_PORT=$(free_from 25000)
export GAIA_HTTP_PORT GAIA_SILO_PORT GAIA_ORLEANS_GATEWAY_PORT GAIA_GATEWAY_PORT GAIA_LEGACY_PORT GAIA_SEED=10
cd /

"$tree/gaia" up --quiet
ok "up"
[ "$("$tree/gaia" ps | grep -c ' ready ')" = 6 ]
ok "ps shows six processes ready"
[ -L "$tree/.gaia/pg" ] && [ -f "$tree/.gaia/pg/PG_VERSION" ]
ok "the data lies outside and .gaia/pg points to it"
[ "$("$tree/gaia" psql -Atc 'SELECT current_database()')" = gaia ]
ok "psql reaches the database"
"$tree/gaia" psql -qAtc 'CREATE TABLE kept_by_the_test (id int)'
"$tree/gaia" down && [ -z "$(ls "$tree/.gaia/run")" ] && ! [ -f "$tree/.gaia/pg/postmaster.pid" ]
ok "down stops everything"
"$tree/gaia" up --quiet && [ "$("$tree/gaia" psql -Atc 'SELECT count(*) FROM kept_by_the_test')" = 0 ]
ok "up again finds the data"
outside=$(readlink "$tree/.gaia/pg")
"$tree/gaia" down --wipe && [ -n "$outside" ] && ! [ -e "$outside" ] && ! [ -L "$tree/.gaia/pg" ]
ok "down --wipe deletes the data outside too"

[ "$failures" -eq 0 ]
