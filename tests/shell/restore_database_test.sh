#!/usr/bin/env bash
# restore_database.sh on a real PostgreSQL: what it refuses, what a restored database is like, and that no moment of death leaves a half.
# Exit 0 all ok, 1 not ok, 77 not possible here.
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

restore() { "$ROOT/scripts/restore_database.sh" "$@"; }
state() { query "SELECT concat_ws(' ', incarnation, phase, go_percentage, enabled, closing) FROM rollout_state"; }
databases() { query -d postgres "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE '%gaia%'"; }
with_manifest() { # FILTER: the same dump with another manifest
    head -c "$(tail -n 1 "$dump" | jq .bytes)" "$dump" >"$folder/other.dump"
    printf '\n%s\n' "$(tail -n 1 "$dump" | jq -c "$1")" >>"$folder/other.dump"
}

own_database
add_sessions 300
query "UPDATE session_records SET version = 4 WHERE id = 's1';                                               -- legacy lacks a change
       UPDATE session_records SET version = 4, deleted_at = now() WHERE id = 's2';                           -- legacy lacks a delete
       UPDATE session_records SET version = 4, rejected = '{\"status\": 422}' WHERE id = 's3';               -- legacy refuses it
       INSERT INTO session_conflicts (session_id, field, go_value) VALUES ('s3', '\$', '{}');
       UPDATE session_records SET version = 4, conflict = '{\"python\": {\"id\": \"s4\"}, \"detected_at\": \"2026-01-01T00:00:00Z\", \"fields\": [\"status\"]}' WHERE id = 's4';
       INSERT INTO session_conflicts (session_id, field) VALUES ('s4', 'status');
       UPDATE session_records SET intent = '{\"document\": {\"id\": \"s5\"}}' WHERE id = 's5';
       UPDATE session_records SET sent = '\\x01' WHERE id = 's6'                                                -- legacy has all, and it is remembered what it was sent"
query "CREATE ROLE gone LOGIN; SELECT grant_silo('gaia_silo'); SELECT grant_gateway('gaia_gateway'); SELECT grant_gateway('gone')" >/dev/null
dump=$folder/gaia.dump
"$ROOT/scripts/backup_database.sh" --to "$dump" >/dev/null 2>&1
ok "there is a backup"
query "INSERT INTO session_records (id, version, legacy_version, generation, recent_sends, attempts, commit_id) VALUES ('later', 1, 1, 2, '[]', 0, gen_random_uuid())"
silo="INSERT INTO orleansmembershiptable VALUES ('gaia', '127.0.0.1', 11111, 1, 'gaia_node_1', 'host', 3, 30000, NULL, now(), now())"

query "${silo/127.0.0.1/192.0.2.7}"
refuses 1 "is that of a deployed cluster (gaia_node_1 at 192.0.2.7)" choose_settings refuse
ok "no silos are started on the database of another machine's"
query "DELETE FROM orleansmembershiptable"
(choose_settings refuse && [ "$STORE" = external ]) && query "$silo" && (choose_settings refuse && [ "$STORE" = external ])
ok "and they are on an empty one, and on that of this machine's"
query "DELETE FROM orleansmembershiptable"

# What is refused, and touches nothing.
printf 'CREATE TABLE t();' >"$folder/plain.dump"
refuses 1 "no dump in PostgreSQL's custom format" restore "$folder/plain.dump"
ok "a file that is no dump is refused"
head -c 20000 "$dump" >"$folder/cut.dump"
refuses 1 "it was cut off" restore "$folder/cut.dump"
{ head -c 20000 "$dump" && printf '\n'; } >"$folder/cut.dump"
refuses 1 "it was cut off" restore "$folder/cut.dump"
ok "a dump that was cut off is refused, also behind the end of a line"
"$(postgres_program pg_dump)" -Fc -f "$folder/foreign.dump"
refuses 1 "backup_database.sh did not make it" restore "$folder/foreign.dump"
ok "a dump without a manifest is refused"
{ head -c 5000 "$dump" && printf X && tail -c +5002 "$dump"; } >"$folder/damaged.dump"
refuses 1 "is damaged" restore "$folder/damaged.dump"
ok "a dump with one other byte is refused"
with_manifest '.schema += ["0999_future.sql"]'
refuses 1 "newer than this build, which does not know its schema: 0999_future.sql" restore "$folder/other.dump"
ok "a dump of a newer build is refused by the name of what it has"
with_manifest '.salt = "43"'
refuses 1 "of another cluster" restore "$folder/other.dump"
ok "a dump of another cluster is refused"
# The newest server that is installed is older than the one that is asked, as beside a container's.
mkdir "$folder/old"
for program in initdb pg_ctl postgres psql pg_restore; do printf '#!/bin/sh\nexec "%s/%s" "$@"\n' "$PG_BIN" "$program" >"$folder/old/$program"; done
printf '#!/bin/sh\necho "unsupported version (1.16) in file header" >&2\nexit 1\n' >"$folder/old/pg_restore"
chmod +x "$folder/old"/*
(unset GAIA_PG_BIN && PATH=$folder/old:$PATH && refuses 1 "of another cluster" restore "$folder/other.dump")
ok "the file is read by the pg_restore of the server that it goes to"
with_manifest '.tables.session_records.rows += 1'
refuses 1 "session_records: 301 rows in the backup, 300 restored" restore "$folder/other.dump"
ok "a dump that restores into something else than its manifest says is refused"
with_manifest '.tables.session_records.hash = "1"'
refuses 1 "session_records: 300 rows in the backup, 300 restored, of other content" restore "$folder/other.dump"
ok "also when only the content differs"
query "$silo"
refuses 1 "gaia_node_1 (heartbeat " restore "$dump"
ok "a silo with a fresh heartbeat is a reason to refuse"
query "DELETE FROM orleansmembershiptable"
PGAPPNAME=gaia-membership "$PSQL" -Xqc 'SELECT pg_sleep(20)' >/dev/null 2>&1 &
sleeper=$!
until [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gaia-membership'")" = 1 ]; do :; done
refuses 1 "a silo connected from 127.0.0.1" restore "$dump"
ok "so is a connection that only silos have"
query "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'gaia-membership'" >/dev/null
wait "$sleeper" 2>/dev/null
refuses 2 "one file at a time" restore "$dump" "$dump"
ok "two files are refused with exit code 2"
query "CREATE ROLE poor LOGIN"
(export GAIA_POSTGRES=${GAIA_POSTGRES/Username=gaia/Username=poor} && refuses 1 "may not create databases" restore "$dump")
ok "a user who may not make databases is told so"
[ "$(databases)" = gaia ] && [ "$(query 'SELECT count(*) FROM session_records')" = 301 ] && [ "$(state)" = "1 GradualRollout 10.00 t f" ]
ok "none of these touched anything"

# Killed at each call to PostgreSQL in turn, with everything it started: before the call, and between the statements of the one that
# exchanges the names. The name always leads to a whole database.
export GAIA_PG_BIN=$folder/bin
mkdir "$GAIA_PG_BIN"
ln -s "$PG_BIN"/* "$GAIA_PG_BIN/"
for program in psql pg_restore; do
    rm "$GAIA_PG_BIN/$program"
    cat >"$GAIA_PG_BIN/$program" <<STUB
#!/bin/bash
echo >>"$folder/calls"
if [ "\$(wc -l <"$folder/calls")" -eq "\$(cat "$folder/deadly")" ]; then
    [ ! -p /dev/stdin ] || sed '/RENAME/q' | "$PG_BIN/$program" "\$@" >/dev/null 2>&1
    kill -9 0
fi
exec "$PG_BIN/$program" "\$@"
STUB
    chmod +x "$GAIA_PG_BIN/$program"
done
whole=yes killed=0 status=137
while [ "$status" -eq 137 ]; do
    : >"$folder/calls"
    echo $((killed + 1)) >"$folder/deadly"
    status=0
    { setsid --wait "$ROOT/scripts/restore_database.sh" "$dump" >/dev/null </dev/null || status=$?; } 2>/dev/null
    now="$(query 'SELECT count(*) FROM session_records') $(state)"
    case $now in
        "301 1 GradualRollout 10.00 t f" | "300 "[0-9]*" DualWrite 0.00 f f") ;;
        *) whole="after $killed calls: $now" ;;
    esac
    [ "$status" -ne 137 ] || killed=$((killed + 1))
done
unset GAIA_PG_BIN
[ "$status" -eq 0 ] && [ "$killed" -gt 10 ] && [ "$whole" = yes ]
ok "killed at each of its $killed calls to the database it leaves the old one or the new one, whole ($whole)"

# The last of them went through; what it made.
kept=$(query -d postgres "SELECT datname FROM pg_database WHERE datname LIKE 'gaia_before_%' ORDER BY datname LIMIT 1")
[ "$(query -d "$kept" "SELECT count(*) FROM session_records WHERE id = 'later'")" = 1 ]
ok "the database before is kept, as it was"
rights() { query "SELECT concat_ws(' ', has_table_privilege('$1', 'session_records', 'UPDATE'), has_table_privilege('$1', 'rollout_history', 'UPDATE'), has_table_privilege('$1', 'orleansmembershiptable', 'SELECT'),
    has_function_privilege('$1', 'session_keys_add(date)', 'EXECUTE'))"; }
[ "$(rights gaia_silo)" = "t f t t" ] && [ "$(rights gaia_gateway)" = "f f t f" ]
ok "silos and gateways may do in it what they might before, and no more"
[ "$(query 'SELECT min(s.generation - r.generation) FROM rollout_state s, session_records r')" -ge 1 ]
ok "every row is stale"
[ "$(query "SELECT count(*) FROM session_records WHERE legacy_version < version AND conflict IS NULL OR intent IS NOT NULL OR rejected IS NOT NULL OR next_attempt_at IS NOT NULL OR sent IS NOT NULL OR recent_sends <> '[]'")" = 0 ]
ok "nothing is left that would be sent by itself, or taken for an echo"
[ "$(query "SELECT string_agg(concat_ws(' ', session_id, field = '\$set_aside/' || (SELECT incarnation FROM rollout_state), go_value ->> 'id'), ', ' ORDER BY session_id) FROM session_conflicts WHERE NOT resolved")" = 's1 t s1, s2 t, s3 t s3, s4 t s4' ]
ok "what was pending, deletes and refusals too, is set aside for somebody to decide about, and so is what was open already"
[ "$(query "SELECT count(*) FROM session_records WHERE legacy_version < version OR conflict IS NOT NULL OR id IN ('s1', 's2', 's3', 's4') AND legacy_hash IS NOT NULL")" = 0 ]
ok "whatever GAIA_HOME shows of it is taken over"
[ "$(query "SELECT count(*) FROM session_records WHERE version < 1000000 * ((SELECT incarnation FROM rollout_state) - 1)")" = 0 ] &&
    [ "$(query "SELECT min(id) >= 1000000 FROM rollout_events WHERE kind = 'incarnation'")" = t ]
ok "no version of a session, and no event's id, is handed out a second time"
[ "$(query "SELECT go_value ->> 'unknown' FROM session_conflicts WHERE session_id = 's1'")" = '[1.50]' ]
ok "the conflict shows the session with its unknown fields"
[ "$(query "SELECT count(*) FROM rollout_history WHERE action = 'incarnation' AND to_state = 'dual_write 0% dual-write off go_leads both conflicts go_leads'")" -ge 1 ]
ok "the audit says so"

# Again, now that the present database is of a later incarnation than the backup, and members have come and gone.
before=$(query 'SELECT incarnation FROM rollout_state')
query "$silo"
PGAPPNAME=somebody "$PSQL" -Xqc 'SELECT pg_sleep(20)' >/dev/null 2>&1 &
until [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'somebody'")" = 1 ]; do :; done
[ "$(restore "$dump" --force 2>/dev/null </dev/null)" = "299 sessions in claude_sessions" ]
ok "with --force it restores although a silo seems to run and somebody is connected"
[ "$(query 'SELECT incarnation FROM rollout_state')" -gt "$before" ] && [ "$(query 'SELECT count(*) FROM orleansmembershiptable')" = 0 ] &&
    [ "$(query 'SELECT min(version) FROM session_records')" -gt "$((before * 1000000))" ]
ok "the incarnation is higher than any before, and so are the versions, and no silo of before is a member"

query "UPDATE rollout_state SET phase = 'Completed', go_percentage = 100"
restore "$dump" >/dev/null 2>&1 </dev/null
[[ $(state) == *" Completed 100.00 f f" ]]
ok "a migration that was declared complete after the backup stays complete: GAIA_HOME is not asked to serve"

query "ALTER ROLE gone RENAME TO came_back"
[[ $(restore "$dump" 2>&1 >/dev/null </dev/null) == *"no role 'gone'"* ]]
ok "a role that this server lacks is named, and keeps nobody from the backup"
query "CREATE ROLE owner LOGIN CREATEDB; ALTER DATABASE gaia OWNER TO owner"
PGUSER=gaia_silo "$PSQL" -Xqc 'SELECT pg_sleep(20)' >/dev/null 2>&1 &
until [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE usename = 'gaia_silo'")" = 1 ]; do :; done
(export GAIA_POSTGRES=${GAIA_POSTGRES/Username=gaia/Username=owner} && refuses 1 "GRANT pg_read_all_stats, pg_signal_backend TO" restore "$dump")
ok "an owner who could neither see nor end the silos' connections is told so"
query "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'gaia_silo'" >/dev/null
query "CREATE EXTENSION pg_stat_statements"
"$ROOT/scripts/backup_database.sh" --to "$folder/extended.dump" >/dev/null 2>&1
[[ $(restore "$folder/extended.dump" 2>&1 >/dev/null </dev/null) != *"left out"* ]] && [ "$(query "SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'")" = 1 ] &&
    [ "$(query "SELECT tableowner FROM pg_tables WHERE tablename = 'session_records'")" = owner ]
ok "an extension that only an administrator may make is restored by one, and the rest is the owner's"

# A backup of an older build, into a server that has lost the database, by a user who is no superuser.
query "ALTER ROLE poor CREATEDB"
administrator=$PGUSER
export PGUSER=poor GAIA_POSTGRES=${GAIA_POSTGRES/Username=gaia/Username=poor}
query -d postgres "CREATE DATABASE old"
query -d old "SET client_min_messages = error; $(cat "$MIGRATIONS"/000[1-8]*.sql)
    CREATE TABLE schemaversions (schemaversionsid serial PRIMARY KEY, scriptname varchar(255) NOT NULL, applied timestamp NOT NULL);
    INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('gaia');
    INSERT INTO rollout_state VALUES (1, 1, 7, 7, 2, 'Preparation', 0, false, false, 'GoLeads', 'Both', 'Manual', 42, NULL, now(), 'test')" >/dev/null
for file in "$MIGRATIONS"/000[1-8]*.sql; do query -d old "INSERT INTO schemaversions (scriptname, applied) VALUES ('GaiaOrleans.Silo.Postgres.Migrations.${file##*/}', now())"; done
PGUSER=$administrator query -d old "CREATE EXTENSION pg_stat_statements"
export GAIA_POSTGRES=${GAIA_POSTGRES/Database=gaia/Database=old}
"$ROOT/scripts/backup_database.sh" --to "$folder/old.dump" >/dev/null 2>&1
query -d postgres "DROP DATABASE old"
[ "$(restore "$folder/old.dump" 2>"$folder/said" </dev/null)" = "0 sessions in claude_sessions" ] &&
    [ "$(query -d old 'SELECT count(*) FROM schemaversions')" = "$(find "$MIGRATIONS" -name '*.sql' | wc -l)" ] && [ "$(query -d old 'SELECT phase FROM rollout_state')" = Preparation ]
ok "a backup of an older build is brought up to this one, also where the database is lost"
[[ $(<"$folder/said") == *"extensions which this user may not make; they are left out"* ]]
ok "an extension that its user may not make is named, and keeps nobody from the backup"
restore "$folder/old.dump" >/dev/null 2>&1 </dev/null && [ "$(query -d old 'SELECT incarnation FROM rollout_state')" = 3 ]
ok "a user who may make databases and owns this one needs no other right"

[ "$failures" -eq 0 ]
