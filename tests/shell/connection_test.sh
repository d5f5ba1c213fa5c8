#!/usr/bin/env bash
# Npgsql connection strings as the scripts understand them. Exit 0 all ok, 1 not ok.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
# shellcheck source=scripts/lib/connection.sh
. "$ROOT/scripts/lib/connection.sh"

is() { # EXPECTED CONNECTION KEY...
    local expected=$1 found
    shift
    found=$(connection_field "$@")
    [ "$found" = "$expected" ] || { printf 'expected %s, found %s\n' "$expected" "$found" >&2 && return 1; }
}

is 'db.example' 'Host=db.example;Port=5433;Username=gaia' host server && is 5433 'Host=db.example;Port=5433' port && is '' 'Host=x' password pwd
ok "values by their keys, and nothing for what is not there"
is gaia 'User Id = gaia ;Host=x' username userid user uid && is y 'host=x;HOST=y' host
ok "keys in any case, with spaces and under other names; of two the last counts"
is 'a;b=c' 'Host=x;Password="a;b=c";Database=d' password && is d "Password='x;Database=y';Database=d" database && is "it's" "Password=it's;Host=x" password && is x "Password=it's;Host=x" host
ok "between quotes a semicolon belongs to the value; inside a value a quote is a letter"
is 'a\tb\\c' 'Password=a\tb\\c;Host=x' password
ok "a backslash is a backslash"

# shellcheck source=scripts/lib/postgres.sh
. "$ROOT/scripts/lib/postgres.sh"
versions=$(mktemp -d) || exit 1
trap 'rm -rf "$versions"' EXIT
for major in 15 16 17; do
    mkdir "$versions/$major"
    printf '#!/bin/sh\necho "pg_dump (PostgreSQL) %s.4 (Debian %s.4-1)"\n' "$major" "$major" >"$versions/$major/pg_dump"
    chmod +x "$versions/$major/pg_dump"
done
rm "$versions/16/pg_dump"
postgres_folders() { printf '%s\n' "$versions/14" "$versions/15" "$versions/16" "$versions/17"; }
[ "$(program_for pg_dump 15)" = "$versions/15/pg_dump" ] && [ "$(program_for pg_dump 16)" = "$versions/17/pg_dump" ] && [ -z "$(program_for pg_dump 18)$(program_for pg_restore 15)$(program_for pg_dump '')" ]
ok "a program of the server's version, or of the next newer, whatever else that version has"
GAIA_PG_BIN=$versions/17
[ "$(postgres_program pg_dump)" = "$versions/17/pg_dump" ]
ok "the folder that is named goes before all others, and need not have a server"

[ "$failures" -eq 0 ]
