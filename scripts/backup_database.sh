#!/usr/bin/env bash
# Usage: backup_database.sh [--to FILE] [--keep N]
#
# A consistent copy of the cluster's database in one file, taken while the cluster runs.
#
#   --to FILE   where to; default gaia_go_backup_latest.dump in the folder GAIA_BACKUPS, or /backups
#   --keep N    how many older ones stay beside it, under the time they were taken; default 7
#
# The file is PostgreSQL's custom format (pg_restore reads it) with one line more: a manifest with the rows and a hash of each table, as
# they were in the very snapshot that was dumped. It takes the place of the one before only when it is complete and was read back; until
# then, and whatever goes wrong, the one before stays as it is. One of another cluster is not replaced.
#
# The database is the one in GAIA_POSTGRES, else Postgres__OwnerConnectionString, else Postgres__ConnectionString, else the local cluster's, else libpq's own PGDATABASE.
# Exit code: 0 done, 1 not done, 2 called wrongly.
set -euo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/dumps.sh
. "$ROOT/scripts/lib/dumps.sh"

TARGET=$LATEST_BACKUP
KEEP=7
PART=

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --to) needs_value "$@" && TARGET=$2 && shift ;;
            --keep)
                needs_value "$@"
                whole_number "$2" 0 100000 || usage_error "--keep is a number of files, not '$2'"
                KEEP=$((10#$2))
                shift
                ;;
            --help | -h) usage && exit 0 ;;
            *) usage_error "unknown option '$1'" ;;
        esac
        shift
    done
    [ -d "$(dirname "$TARGET")" ] || die "no such folder: $(dirname "$TARGET"); make it, mount it, or name another with GAIA_BACKUPS"
    [ ! -d "$TARGET" ] || die "$TARGET is a folder; --to names a file"
    case $TARGET in /*) ;; *) TARGET=$PWD/$TARGET ;; esac
}

clean() {
    [ -z "$PART" ] || rm -f "$PART"
    stop_own_server
}

# Contents and dump of one moment: pg_dump works in the snapshot of the transaction that counts. Prints the contents, and a last word when
# the dump is complete.
dump() {
    export PG_DUMP PART
    run_sql <<SQL
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\i '$ROOT/scripts/lib/contents.sql'
\setenv GAIA_SNAPSHOT :snapshot
\! "\$PG_DUMP" --format=custom --lock-wait-timeout=60000 --snapshot="\$GAIA_SNAPSHOT" --file="\$PART" && echo dumped
COMMIT;
SQL
}

# Whoever runs this on the wrong database, or every hour on one that came back empty, would rotate away the backups that are needed then.
refuse_another() {
    local theirs ours
    theirs=$(manifest_field "$TARGET" salt)
    [ -n "$theirs" ] || return 0
    ours=$(query 'SELECT salt FROM rollout_state') || die "the database could not be read; $TARGET is as it was"
    [ "$theirs" = "$ours" ] ||
        die "$TARGET is as it was: it is of another cluster than '$DATABASE' is, or of this one before its database was lost. Restore it, name another file with --to, or move it away"
}

# The one before keeps its content under the time it was taken.
keep_previous() {
    local base=${TARGET%.dump} taken
    base=${base%_latest}
    [ -f "$TARGET" ] || return 0
    taken=$(manifest_field "$TARGET" taken_at | tr -d ':-')
    taken=${taken:-$(date -u +%Y%m%dT%H%M%SZ)}
    ln -f "$TARGET" "${base}_$taken.dump" 2>/dev/null || cp -p "$TARGET" "${base}_$taken.dump"
}

# Names sort as their times do.
drop_old() {
    local base=${TARGET%.dump} old=() file
    base=${base%_latest}
    for file in "$base"_[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T*Z.dump; do
        [ ! -f "$file" ] || old+=("$file")
    done
    while [ "${#old[@]}" -gt "$KEEP" ]; do
        rm -f "${old[0]}"
        old=(${old[@]+"${old[@]:1}"})
    done
}

read_options "$@"
require_jq
trap clean EXIT
trap 'exit 1' INT TERM HUP
choose_database
PG_DUMP=$(postgres_program pg_dump)
PG_RESTORE=$(postgres_program pg_restore)
umask 077
take_lock "$(dirname "$TARGET")/.$(basename "$TARGET").lock" 600 || die "another backup has been under way for ten minutes, and does not end; $TARGET is as it was"
refuse_another
PART=$TARGET.part
rm -f "$PART"
note "backing up '$DATABASE' to $TARGET"
contents=$(dump) || die "the database could not be read; $TARGET is as it was"
case $contents in *$'\n'dumped) ;; *) die "pg_dump did not finish; $TARGET is as it was" ;; esac
append_manifest "$PART" "${contents%$'\n'*}" || die "the backup could not be written; $TARGET is as it was"
sync "$PART" || die "the backup could not be written; $TARGET is as it was"
manifest=$(checked_manifest "$PART") || die "the backup cannot be read back; $TARGET is as it was"
keep_previous || die "the backup before could not be kept; $TARGET is as it was"
mv -f "$PART" "$TARGET"
sync "$(dirname "$TARGET")" || true # the renaming; some file systems take no folder
PART=
drop_old
jq -r '"\(.sessions) sessions, \(.tables.session_records.rows) rows with the deleted ones; schema \(.schema[-1]), incarnation \(.incarnation), epoch \(.epoch); \(.bytes) bytes, SHA-256 \(.sha256)"' <<<"$manifest"
