#!/usr/bin/env bash
# deploy/postgres/roles.sql on a real PostgreSQL that asks for passwords. Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
# shellcheck source=tests/shell/database.sh
. "$ROOT/tests/shell/database.sh"
folder=$(mktemp -d) || exit 1
clean() {
    stop_database
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM

own_database
secrets=$folder/secrets
"$ROOT/scripts/new_secrets.sh" staging "$secrets" >/dev/null
roles() { "$PSQL" -Xq -v secrets="${1:-$secrets}" -o /dev/null -f "$ROOT/deploy/postgres/roles.sql"; }
as() { # ROLE PASSWORD_FILE STATEMENT
    PGUSER=$1 PGPASSWORD=$(cat "$secrets/$2") query "$3"
}

mkdir "$folder/few" && cp "$secrets/postgres_password" "$folder/few/"
! roles "$folder/few" 2>"$folder/said" && grep -q "a password is missing" "$folder/said" && [ -z "$(query "SELECT 1 FROM pg_authid WHERE rolname = 'gaia_silo' AND rolpassword IS NOT NULL")" ]
ok "a password that is missing is named, and no role comes in without one"
roles && roles
ok "the roles are made, and a second time nothing is in the way"
# Whoever owns the tables lets them in; a silo does that when it starts.
query "SELECT grant_silo('gaia_silo'), grant_gateway('gaia_gateway'); ALTER ROLE gaia PASSWORD '$(cat "$secrets/postgres_password")'" >/dev/null
as_pg sed -i 's/trust$/scram-sha-256/' "$(data_folder)/pg_hba.conf"
query 'SELECT pg_reload_conf()' >/dev/null
export PGPASSWORD=
until ! PGUSER=gaia_silo query 'SELECT 1' >/dev/null 2>&1; do :; done
[ "$(as gaia_silo postgres_silo_password 'SELECT count(*) FROM session_records')" = 0 ] && [ "$(as gaia_gateway postgres_gateway_password 'SELECT count(*) FROM orleansmembershiptable')" = 0 ]
ok "each comes in by the password that new_secrets.sh made, and sees what it needs"
! as gaia_silo postgres_gateway_password 'SELECT 1' >/dev/null 2>&1
ok "and by no other"
! as gaia_silo postgres_silo_password 'CREATE TABLE x ()' 2>/dev/null && ! as gaia_gateway postgres_gateway_password 'SELECT count(*) FROM session_records' >/dev/null 2>&1
ok "silos create nothing, gateways see no session"
printf new >"$folder/other" && chmod 600 "$secrets/postgres_silo_password" && mv "$folder/other" "$secrets/postgres_silo_password"
PGPASSWORD=$(cat "$secrets/postgres_password") roles && [ "$(as gaia_silo postgres_silo_password 'SELECT 1')" = 1 ]
ok "a new password is taken over"

[ "$failures" -eq 0 ]
