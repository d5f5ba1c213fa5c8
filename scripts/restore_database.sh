#!/usr/bin/env bash
# Usage: restore_database.sh FILE [--yes] [--force] [--completed]
#
# Puts a backup of backup_database.sh in the place of the cluster's database. The database that was there is kept under another name.
#
#   --yes         do not ask; only a terminal is asked
#   --force       although silos run, or the backup is another cluster's
#   --completed   the migration was declared complete after this backup was taken: GAIA_HOME is not fed any more and must not serve. Known
#                 without saying where the database that is replaced can still be read
#
# The file is checked first: one that was cut off, was not made by backup_database.sh or is newer than this build is refused and nothing is
# touched. Then it is restored into a new database, compared with its manifest table by table, brought up to this build's schema and made
# a new incarnation: legacy leads (0 %), dual-write is off, every session is read anew from GAIA_HOME before it is used, and what was on
# its way to GAIA_HOME is a conflict for an operator. Only then the two databases change names, in one transaction. Killed at any moment,
# this leaves either the old database or the new one in place, whole.
#
# Stop the silos first. One that was killed counts as running until its last heartbeat is 15 s old. The gateways may go on.
#
# The database is the one in GAIA_POSTGRES, else Postgres__OwnerConnectionString, else Postgres__ConnectionString, else the local cluster's, else libpq's own PGDATABASE; its
# user must own it and may create databases; where others are connected it needs pg_read_all_stats and pg_signal_backend too, to see them
# and to end their sessions. Exit code: 0 restored, 1 refused or failed, 2 called wrongly.
set -euo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/dumps.sh
. "$ROOT/scripts/lib/dumps.sh"

FILE=
YES=
FORCE=
COMPLETED=false
NEW=

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --yes) YES=1 ;;
            --force) FORCE=1 ;;
            --completed) COMPLETED=true ;;
            --help | -h) usage && exit 0 ;;
            -*) usage_error "unknown option '$1'" ;;
            *)
                [ -z "$FILE" ] || usage_error "one file at a time"
                FILE=$1
                ;;
        esac
        shift
    done
    [ -n "$FILE" ] || usage_error "which backup? name its file"
}

clean() {
    # Not the database's name yet, and nobody else's: it is ours to take away.
    [ -z "$NEW" ] || drop_database "$NEW" >/dev/null 2>&1 || true
    stop_own_server
}

check_rights() {
    local may
    may=$(query -d "$MAINTENANCE" "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user") || die "the database server does not answer; nothing was touched"
    [ "$may" = t ] || die "user '$(query -d "$MAINTENANCE" 'SELECT current_user')' may not create databases; nothing was touched. An administrator allows it with: ALTER ROLE … CREATEDB"
    # Whoever owns the database may end its sessions only where an administrator allows it, and sees only then which are silos'.
    may=$(query -d "$MAINTENANCE" "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = $(sql_text "$DATABASE") AND usename <> current_user)
        OR rolsuper OR pg_has_role('pg_read_all_stats', 'USAGE') AND pg_has_role('pg_signal_backend', 'USAGE') FROM pg_roles WHERE rolname = current_user") || may=
    [ "$may" = t ] || die "others than user '$(query -d "$MAINTENANCE" 'SELECT current_user')' are connected to '$DATABASE', who may not end their sessions; nothing was touched. An administrator allows it with: GRANT pg_read_all_stats, pg_signal_backend TO …"
    EXISTS=$(query -d "$MAINTENANCE" "SELECT 1 FROM pg_database WHERE datname = $(sql_text "$DATABASE")")
}

# What the database that is replaced still tells, if it tells anything.
look_at_present() {
    ABOVE=0
    [ -n "$EXISTS" ] || { note "there is no database '$DATABASE' to be replaced; gateways that still run from before must be started again"; return 0; }
    local present cluster salt phase
    present=$(query -F ' ' "SELECT incarnation, phase, salt, (SELECT min(deploymentid) FROM orleansmembershipversiontable) FROM rollout_state" 2>/dev/null) || present=
    [ -n "$present" ] || { warn "the database '$DATABASE' cannot say what it is; gateways that still run from before must be started again"; return 0; }
    read -r ABOVE phase salt cluster <<<"$present"
    [ "$phase" != Completed ] || COMPLETED=true
    [ "$salt" = "$(jq -r .salt <<<"$MANIFEST")" ] || [ -n "$FORCE" ] ||
        die "$FILE is of another cluster than '$DATABASE' (cluster '$cluster', backup of '$(jq -r .cluster <<<"$MANIFEST")'); nothing was touched. --force restores it all the same"
}

# Three heartbeats; and a connection that only a silo has.
running_silos() {
    [ -n "$EXISTS" ] || return 0
    query "SELECT siloname || ' (heartbeat ' || round(extract(epoch FROM now() - iamalivetime)) || ' s ago)' FROM orleansmembershiptable
         WHERE status BETWEEN 1 AND 5 AND iamalivetime > now() - interval '15 s' ORDER BY siloname" 2>/dev/null || true
    query -d "$MAINTENANCE" "SELECT 'a silo connected from ' || coalesce(host(client_addr), 'this machine') || ', port ' || coalesce(client_port, 0)
         FROM pg_stat_activity WHERE datname = $(sql_text "$DATABASE") AND application_name IN ('gaia-membership', 'gaia-orleans', 'gaia-sessions') ORDER BY 1 LIMIT 10"
}

refuse_while_silos_run() {
    local running
    [ -z "$FORCE" ] || return 0
    running=$(running_silos) || die "the database server does not answer; '$DATABASE' is as it was"
    [ -z "$running" ] || die "silos use '$DATABASE'; stop them first, or --force. '$DATABASE' is as it was."$'\n'"$(sed 's/^/  /' <<<"$running")"
}

confirm() {
    local answer
    if [ -n "$YES" ] || [ ! -t 0 ]; then return 0; fi
    jq -r '"The backup was taken at \(.taken_at) of cluster \(.cluster) and has \(.sessions) sessions."' <<<"$MANIFEST" >&2
    printf "What was written since is not in it. To restore it, type the name of the database (%s): " "$DATABASE" >&2
    read -r answer || answer=
    [ "$answer" = "$DATABASE" ] || die "nothing was touched"
}

# A database is renamed only while nobody uses it, and whoever connects again between the two statements makes it fail: hence repeatedly.
swap() {
    local attempt
    for attempt in 1 2 3 4 5; do
        if {
            printf 'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN (%s, %s) AND backend_type = '\''client backend'\'' AND pid <> pg_backend_pid() \\g /dev/null\nBEGIN;\n' "$(sql_text "$DATABASE")" "$(sql_text "$NEW")"
            [ -z "$EXISTS" ] || printf 'ALTER DATABASE %s RENAME TO %s;\n' "$(sql_name "$DATABASE")" "$(sql_name "$KEPT")"
            printf 'ALTER DATABASE %s RENAME TO %s;\nCOMMIT;\n' "$(sql_name "$NEW")" "$(sql_name "$DATABASE")"
        } | run_sql -d "$MAINTENANCE"; then
            return 0
        fi
        note "  the names could not be exchanged (attempt $attempt of 5)"
    done
    return 1
}

report_leftovers() {
    local left
    left=$(query -d "$MAINTENANCE" "SELECT string_agg(datname, ', ') FROM pg_database WHERE datname ~ '_(restoring|scratch)_[0-9]{8}t[0-9]{6}_[0-9]+$'") || return 0
    [ -z "$left" ] || note "left behind by restores, drills and checklists that were killed, or of one that is under way; not needed by anything else: $left"
}

read_options "$@"
require_jq
trap clean EXIT
trap 'exit 1' INT TERM HUP
# The server says which pg_restore: an older one does not read what was dumped from it, and what a newer one sends it may refuse.
choose_database
PG_RESTORE=$(postgres_program pg_restore)
MANIFEST=$(checked_manifest "$FILE")
check_rights
look_at_present
refuse_while_silos_run
confirm

stamp=$(date -u +%Y%m%dt%H%M%S)
KEPT=${DATABASE:0:40}_before_$stamp
NEW=${DATABASE:0:30}_restoring_${stamp}_$$
report_leftovers
note "restoring $FILE into a new database"
create_database_like "$NEW" "$DATABASE" || die "no new database could be made; '$DATABASE' is as it was"
fill_database "$NEW" "$FILE" "$MANIFEST" || die "the backup could not be restored; '$DATABASE' is as it was"
note "  as in the manifest: $(jq -r '"\(.tables | length) tables, \([.tables[].rows] | add) rows"' <<<"$MANIFEST")"
incarnation=$(renew_database "$NEW" "$MANIFEST" "$ABOVE" "$COMPLETED") || die "the new incarnation could not begin; '$DATABASE' is as it was"
refuse_while_silos_run
swap || die "'$DATABASE' is still in use and as it was"
NEW=
note "'$DATABASE' is the backup now, incarnation $incarnation"
[ -z "$EXISTS" ] || note "the database before is kept as '$KEPT'; when nobody needs it any more: DROP DATABASE $(sql_name "$KEPT")"
printf '%s sessions in claude_sessions\n' "$(query 'SELECT COUNT(*) FROM claude_sessions')"
