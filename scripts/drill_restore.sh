#!/usr/bin/env bash
# Usage: drill_restore.sh [--url URL] [--backup FILE] [--as DRILL]...
#
# The drill of disaster recovery: takes a backup of the running cluster's database, restores it beside that database the way
# restore_database.sh does, up to the new incarnation, compares it with its manifest, and takes the copy away again. Clients notice nothing.
#
#   --url URL      any silo, which records the drill; default GAIA_URL, else the local cluster
#   --backup FILE  drill with this backup of this cluster and take none
#   --as DRILL     what to record it as, instead of backup_restored and disaster_recovery: for example backup_restoration, final_backup. The final backup
#                  is kept, where backup_database.sh puts it; one that is named is not older than 24 hours
#
# The database is the one in GAIA_POSTGRES, else Postgres__OwnerConnectionString, else Postgres__ConnectionString, else the local cluster's, else libpq's own PGDATABASE; the
# server needs room for a copy of it. An API key is taken from GAIA_TOKEN. Exit code: 0 passed, 1 failed or not recorded, 2 called wrongly.
set -uo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/api.sh
. "$ROOT/scripts/lib/api.sh"
# shellcheck source=scripts/lib/dumps.sh
. "$ROOT/scripts/lib/dumps.sh"

BACKUP=
DRILLS=()

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --url) needs_value "$@" && URL=$2 && shift ;;
            --backup) needs_value "$@" && BACKUP=$2 && shift ;;
            --as) needs_value "$@" && DRILLS+=("$2") && shift ;;
            --help | -h) usage && exit 0 ;;
            *) usage_error "unknown option '$1'" ;;
        esac
        shift
    done
    [ "${#DRILLS[@]}" -gt 0 ] || DRILLS=(backup_restored disaster_recovery)
}

clean() {
    drop_scratch
    stop_own_server
    [ -z "$WORK" ] || rm -rf "$WORK"
}

is_final() { case " ${DRILLS[*]} " in *' final_backup '*) ;; *) return 1 ;; esac; }

# Each step needs the one before.
drill() {
    local before incarnation sessions taken
    if [ -z "$BACKUP" ] && is_final; then
        BACKUP=$LATEST_BACKUP
        "$ROOT/scripts/backup_database.sh" --to "$BACKUP" >/dev/null
        check backup "a backup is taken while the cluster runs, and stays in $BACKUP" || return
    elif [ -z "$BACKUP" ]; then
        BACKUP=$WORK/drill.dump
        "$ROOT/scripts/backup_database.sh" --to "$BACKUP" --keep 0 >/dev/null
        check backup "a backup is taken while the cluster runs" || return
    fi
    MANIFEST=$(checked_manifest "$BACKUP")
    check backup "it is whole and this build understands it" || return
    of_this_cluster "$MANIFEST"
    check backup "it is this cluster's" || return
    if is_final; then
        taken=$(jq -r .taken_at <<<"$MANIFEST")
        [ "$(hours_old "$MANIFEST")" -lt 24 ]
        check backup "it was taken within 24 h ($taken)" || return
    fi
    verify_backup "$BACKUP" "$MANIFEST"
    check restore "restored beside the database it has the rows and hashes of its manifest" || return
    before=$(jq -r .incarnation <<<"$MANIFEST")
    incarnation=$(renew_database "$SCRATCH" "$MANIFEST" 0 false) && [ "$incarnation" -gt "$before" ]
    check restore "it has this build's schema and is a new incarnation" || return
    [ "$(query -d "$SCRATCH" 'SELECT count(*) FROM session_records WHERE legacy_version < version AND conflict IS NULL OR intent IS NOT NULL')" = 0 ]
    check restore "nothing in it would be sent to GAIA_HOME by itself" || return
    sessions=$(jq -r .sessions <<<"$MANIFEST")
    [ "$(query -d "$SCRATCH" 'SELECT COUNT(*) FROM claude_sessions')" = "$sessions" ]
    check restore "claude_sessions has the sessions of the backup ($sessions)"
}

read_options "$@"
trap clean EXIT
trap 'exit 1' INT TERM HUP
choose_cluster
choose_database
require_its_database
PG_RESTORE=$(postgres_program pg_restore) || exit 1
MANIFEST=
begin=$SECONDS
drill
result=passed
[ "$FAILED" -eq 0 ] || result=failed
summary="$(jq -r '"backup of \(.taken_at), \(.sessions) sessions, \(.bytes) bytes"' <<<"${MANIFEST:-"{}"}"), $((SECONDS - begin)) s"
printf '\n%s: disaster recovery drill %s\n' "$summary" "$result"
recorded=1
for name in "${DRILLS[@]}"; do record_drill "$name" "$result" "scripts/drill_restore.sh: $summary" || recorded=; done
[ "$result" = passed ] && [ -n "$recorded" ]
