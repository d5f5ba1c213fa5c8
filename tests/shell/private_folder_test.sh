#!/usr/bin/env bash
# A checkout in a folder that only root may enter: PostgreSQL, which refuses to run as root, must still find its data.
# Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

[ "$(id -u)" = 0 ] || { echo "skipped: only root has such a folder"; exit 77; }

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
source_tree=$ROOT
folder=$(mktemp -d /root/gaia-private.XXXXXX) || exit 1
tree=$folder/tree

clean() {
    [ ! -x "$tree/gaia" ] || "$tree/gaia" down --wipe >/dev/null 2>&1
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM

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

choose_ports
export GAIA_SEED=10
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
