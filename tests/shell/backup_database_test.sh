#!/usr/bin/env bash
# backup_database.sh on a real PostgreSQL: consistent under load, and the backup before survives whatever goes wrong.
# Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
# shellcheck source=tests/shell/database.sh
. "$ROOT/tests/shell/database.sh"
folder=$(mktemp -d) || exit 1
writer=
clean() {
    [ -z "$writer" ] || kill "$writer" 2>/dev/null
    ! mountpoint -q "$folder/small" 2>/dev/null || umount "$folder/small"
    stop_database
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM

backup() { "$ROOT/scripts/backup_database.sh" "$@"; }
manifest_of() { tail -n 1 "$1" | tr -d '\0'; }

own_database
add_sessions 2000
PG_RESTORE=$(postgres_program pg_restore)
export GAIA_BACKUPS=$folder/backups
latest=$GAIA_BACKUPS/gaia_go_backup_latest.dump

refuses 1 "no such folder" backup
ok "a backup folder that is not mounted is refused, not made"
mkdir "$GAIA_BACKUPS"
refuses 2 "unknown option" backup --too
ok "an unknown option is refused with exit code 2"
refuses 2 "not 'many'" backup --keep many
ok "--keep wants a number"
backup --help | grep -- '--to FILE' >/dev/null
ok "--help says how"

[[ $(backup 2>/dev/null) == "2000 sessions,"* ]] && "$PG_RESTORE" --list "$latest" | grep 'TABLE DATA public session_records' >/dev/null
ok "the backup is a dump that pg_restore reads, and is summed up in one line"
[ "$(manifest_of "$latest" | jq -r '[.cluster, .incarnation, .epoch, .phase, .tables.session_records.rows, .schema[-1]] | join(" ")')" = \
    "gaia 1 7 GradualRollout 2000 $(basename "$(printf '%s\n' "$MIGRATIONS"/*.sql | tail -n 1)")" ]
ok "its manifest says whose it is, how new, and how many rows"
[ "$(stat -c %a "$latest" 2>/dev/null || stat -f %Lp "$latest")" = 600 ]
ok "nobody else may read it"

# Each statement moves every row and adds one: a count or a hash of another moment than the dump's would differ.
while query "UPDATE session_records SET version = version + 1, current_task_count = (current_task_count + 1) % 100; INSERT INTO session_records (id, version, legacy_version, generation, recent_sends, attempts, commit_id) SELECT 'w' || count(*), 1, 1, 2, '[]', 0, gen_random_uuid() FROM session_records"; do :; done 2>/dev/null &
writer=$!
same=yes
for round in 1 2 3; do
    backup --to "$folder/load.dump" --keep 0 >/dev/null 2>&1 || same=no
    create_database_like "load_$round" gaia && fill_database "load_$round" "$folder/load.dump" "$(manifest_of "$folder/load.dump")" || same=no
done
kill "$writer" && wait "$writer" 2>/dev/null
writer=
[ "$same" = yes ] && [ "$(query -d load_3 'SELECT count(*) FROM session_records')" -gt "$(query -d load_1 'SELECT count(*) FROM session_records')" ]
ok "a backup taken while sessions are written restores into exactly what its manifest says"

before=$(sha256_of <"$latest")
export GAIA_PG_BIN=$folder/bin
mkdir "$GAIA_PG_BIN"
ln -s "$PG_BIN"/* "$GAIA_PG_BIN/"
rm "$GAIA_PG_BIN/pg_dump"
cat >"$GAIA_PG_BIN/pg_dump" <<STUB
#!/bin/sh
printf PGDMPhalf >"\$PART"
kill -9 \$\$
STUB
chmod +x "$GAIA_PG_BIN/pg_dump"
refuses 1 "pg_dump did not finish" backup && [ "$(sha256_of <"$latest")" = "$before" ] && [ ! -e "$latest.part" ]
ok "a pg_dump that dies leaves the backup before, and no half file"
rm -r "$GAIA_PG_BIN"
unset GAIA_PG_BIN
(export GAIA_POSTGRES="Host=127.0.0.1;Port=1;Username=gaia;Database=gaia" && refuses 1 "$latest is as it was" backup) && [ "$(sha256_of <"$latest")" = "$before" ]
ok "a database that does not answer leaves the backup before"

query "UPDATE rollout_state SET salt = 43"
refuses 1 "is of another cluster than 'gaia' is" backup && [ "$(sha256_of <"$latest")" = "$before" ]
ok "a backup of another cluster is not replaced"
query "UPDATE rollout_state SET salt = 42; ALTER TABLE rollout_state RENAME TO lost"
refuses 1 "the database could not be read; $latest is as it was" backup && [ "$(sha256_of <"$latest")" = "$before" ]
ok "nor is any by that of a database which is none"
query "ALTER TABLE lost RENAME TO rollout_state"
PGSERVICE=elsewhere PGHOSTADDR=192.0.2.1 backup --to "$folder/here.dump" >/dev/null 2>&1
ok "a service and an address that libpq is told elsewhere do not lead it to another database"

for round in 1 2 3; do
    query "UPDATE rollout_state SET epoch = epoch + 1"
    sleep 1 # the older ones are named by the second
    backup --keep 2 >/dev/null 2>&1
done
[ "$(find "$GAIA_BACKUPS" -name '*.dump' | wc -l)" -eq 3 ] && [ "$(for file in "$GAIA_BACKUPS"/*.dump; do manifest_of "$file" | jq .epoch; done | paste -sd ' ' -)" = "8 9 10" ]
ok "--keep 2 keeps two older ones, the newest"

own() { env -u GAIA_POSTGRES -u PGDATABASE GAIA_STATE="$STATE" "$ROOT/scripts/backup_database.sh" --to "$folder/own.dump" "$@"; }
(stop_postgres) 2>/dev/null
printf 'store=private\npostgres=%s\nlegacy=\n' "$GAIA_POSTGRES" >"$RUN/settings"
own >/dev/null 2>&1 && ! server_runs
ok "the stopped cluster's server is started for it, also where nothing said that it stopped"
# What a process of the cluster leaves: this shell, which lives.
export GAIA_PG_BIN=$folder/slow
mkdir "$GAIA_PG_BIN"
ln -s "$PG_BIN"/* "$GAIA_PG_BIN/"
rm "$GAIA_PG_BIN/pg_dump"
printf '#!/bin/sh\nprintf "%%s\\nhttp://127.0.0.1:1\\n\\n0\\n" "%s" >"%s/gaia_gateway.pid"\nexec "%s/pg_dump" "$@"\n' "$$ $(started_at $$)" "$RUN" "$PG_BIN" >"$GAIA_PG_BIN/pg_dump"
chmod +x "$GAIA_PG_BIN/pg_dump"
own >/dev/null 2>&1 && server_runs
ok "a cluster that is started meanwhile keeps its server"
rm -r "$GAIA_PG_BIN" "$RUN/gaia_gateway.pid" "$RUN/settings"
unset GAIA_PG_BIN

if [ "$(id -u)" = 0 ] && mkdir "$folder/small" && mount -t tmpfs -o size=64k tmpfs "$folder/small" 2>/dev/null; then
    printf 'the one before' >"$folder/small/b.dump"
    refuses 1 "is as it was" backup --to "$folder/small/b.dump" && [ "$(cat "$folder/small/b.dump")" = "the one before" ] && [ ! -e "$folder/small/b.dump.part" ]
    ok "a full disk leaves the backup before, and no half file"
else
    echo "skipped: a full disk needs the right to mount"
fi

[ "$failures" -eq 0 ]
