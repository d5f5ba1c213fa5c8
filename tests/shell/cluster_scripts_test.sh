#!/usr/bin/env bash
# The scripts that need a live cluster, one after the other on one: tests, revalidation, drills, checklist, backup and complete rollback.
# Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
folder=$(mktemp -d) || exit 1
chmod 755 "$folder"
export GAIA_STATE=$folder/state GAIA_BACKUPS=$folder GAIA_SEED=30
# GAIA_HOME asks for a credential, which clients bring, silos and scripts alike.
export Legacy__Auth=basic Legacy__Credential='scripts:of GAIA_HOME'
clean() {
    "$ROOT/gaia" down --wipe >/dev/null 2>&1
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM

script() { # NAME ARGS...: what it says is kept for the next line
    local name=$1
    shift
    "$ROOT/scripts/$name.sh" "$@" >"$folder/said" 2>&1 </dev/null
}
said() { grep -qF -- "$1" "$folder/said" || { cat "$folder/said" >&2 && return 1; }; }
fails_saying() { # TEXT NAME ARGS...
    local text=$1
    shift
    ! script "$@" && said "$text"
}
post() { # PATH BODY
    curl -fsS --noproxy '*' -H 'Content-Type: application/json' -d "$2" "$url$1"
}
get() { curl -fsS --noproxy '*' "$url$1"; }
at_home() { # PATH CURL-ARGS...
    local path=$1
    shift
    curl -fsS --noproxy '*' -u "$Legacy__Credential" "$@" "$home/api/sessions$path"
}
query() { "$ROOT/gaia" psql -XAtqc "$1"; }
verify_until() { # FILTER: of the verify run
    local begin=$SECONDS
    until get "/api/migration/runs/$1" | jq -e "$2" >/dev/null; do
        [ $((SECONDS - begin)) -lt 30 ] || return 1
        sleep 0.2
    done
}

for name in migration_tests pre_cutover_checklist drill_restore drill_rollback; do
    "$ROOT/scripts/$name.sh" --help | grep "^Usage: $name.sh" >/dev/null && refuses 2 "unknown option '--nonsense'" "$ROOT/scripts/$name.sh" --nonsense
    ok "$name.sh --help says how, and what it does not know is refused with exit code 2"
done
choose_ports
export GAIA_URL=http://127.0.0.1:1
refuses 1 "http://127.0.0.1:1 does not answer" "$ROOT/scripts/migration_tests.sh"
ok "a cluster that does not answer is named"
unset GAIA_URL
"$ROOT/gaia" up --quiet
ok "up"
url=http://127.0.0.1:$GAIA_HTTP_PORT home=http://127.0.0.1:$GAIA_LEGACY_PORT gateway=http://127.0.0.1:$GAIA_GATEWAY_PORT

for auth in "bearer=" "kerberos=secret"; do
    Legacy__Auth=${auth%%=*} Legacy__Credential=${auth#*=} refuses 1 "Legacy__Auth is" "$ROOT/scripts/migration_tests.sh"
    ok "a credential of GAIA_HOME that cannot be shown is named: ${auth%%=*}"
done
refuses 1 "dual-write is off" "$ROOT/scripts/migration_tests.sh"
ok "with dual-write off there is nothing to test, and that is said"
post /api/migration/dual-write '{"enabled": true, "conflict_strategy": "go_leads", "reason": "test"}' >/dev/null && post /api/migration/runs '{"kind": "migrate"}' >/dev/null && verify_until migrate '.state == "completed"'
ok "dual-write is on and every session is migrated"

script migration_tests && said "23 of 23 checks passed: migration tests passed" && said "recorded as drill 'migration_tests': passed"
ok "migration_tests.sh passes, and says so to the gates"
[ "$(at_home '?limit=1000' | grep -c migration-test-)" = 0 ] && [ "$(query "SELECT count(*) FROM claude_sessions WHERE id LIKE 'migration-test-%'")" = 0 ]
ok "it leaves no session behind on either side"
# A curl to which the recording of a drill is refused, and nothing else.
mkdir "$folder/bin"
cat >"$folder/bin/curl" <<'CURL'
#!/usr/bin/env bash
case ${*: -1} in */api/migration/drills) printf 403 ;; *) exec "$REAL_CURL" "$@" ;; esac
CURL
chmod +x "$folder/bin/curl"
REAL_CURL=$(command -v curl)
export REAL_CURL
PATH=$folder/bin:$PATH fails_saying "not recorded: 403" migration_tests && said "migration tests passed"
ok "migration_tests.sh fails where its result cannot be recorded"
script migration_tests --revalidate && said "both sides are equal"
ok "--revalidate finds both sides equal"
at_home /session-000003 -X PUT -H 'Content-Type: application/json' -d '{"id": "session-000003", "session_name": "changed", "status": "failed", "metadata": {}}' >/dev/null
fails_saying "differs  session-000003" migration_tests --revalidate && said "both sides are NOT shown to be equal"
ok "--revalidate names what was changed on GAIA_HOME alone, and fails"
post /api/migration/runs '{"kind": "verify", "repair": true}' >/dev/null && verify_until verify '.state == "completed" and .repaired == 1' && script migration_tests --revalidate && said "both sides are equal"
ok "a verification that repairs makes them equal again"

fails_saying "there is nothing to go back from" drill_rollback
ok "at 0 % there is no rollback to drill, and that is said"
post /api/traffic-split '{"go_percentage": 10, "python_percentage": 90, "force": true, "reason": "test"}' >/dev/null
fails_saying "there is nothing to go back from to 10 %" drill_rollback
fails_saying "the phase gradual_rollout ends" drill_rollback --to 0
ok "a rollback that would end the phase is not drilled unasked"
script drill_rollback --to 0 --force && said "rollback drill passed" && said "recorded as drill 'rollback_drill': passed"
ok "drill_rollback.sh goes back and returns under load, and nothing is lost"
[ "$(get /api/traffic-split | jq -c '[.go_percentage, .phase]')" = '[10,"gradual_rollout"]' ]
ok "the split is where it was"

script drill_restore && said "disaster recovery drill passed" && said "recorded as drill 'backup_restored': passed" && said "recorded as drill 'disaster_recovery': passed" && [ "$(query "SELECT count(*) FROM pg_database WHERE datname LIKE '%scratch%'")" = 0 ]
ok "drill_restore.sh restores a fresh backup beside the running database, and takes it away again"
mkdir "$folder/kept"
GAIA_BACKUPS=$folder/kept script drill_restore --as final_backup && said "recorded as drill 'final_backup': passed" && [ -f "$folder/kept/gaia_go_backup_latest.dump" ]
ok "as the final backup it keeps what it has drilled with"
foreign=$folder/foreign.dump
head -c "$(tail -n 1 "$folder/kept/gaia_go_backup_latest.dump" | jq .bytes)" "$folder/kept/gaia_go_backup_latest.dump" >"$foreign"
{ cat "$foreign" && printf '\n%s\n' "$(tail -n 1 "$folder/kept/gaia_go_backup_latest.dump" | jq -c '.salt = "43"')"; } >"$foreign.2"
{ cat "$foreign" && printf '\n%s\n' "$(tail -n 1 "$folder/kept/gaia_go_backup_latest.dump" | jq -c '.taken_at = "2026-01-01T00:00:00Z"')"; } >"$foreign.3"
fails_saying "disaster recovery drill failed" drill_restore --backup "$foreign.2" && grep "it is this cluster's .*FAILED" "$folder/said" >/dev/null &&
    fails_saying "disaster recovery drill failed" drill_restore --backup "$foreign.3" --as final_backup && grep 'it was taken within 24 h (2026-01-01T00:00:00Z) .*FAILED' "$folder/said" >/dev/null
ok "another cluster's backup, or an old one as the final one, is no evidence"
script drill_restore --backup "$folder/kept/gaia_go_backup_latest.dump"
PATH=$folder/bin:$PATH fails_saying "not recorded: 403" drill_restore && said "disaster recovery drill passed"
ok "it fails where its result cannot be recorded"
other=$("$ROOT/gaia" psql -XAtqc "SELECT format('Host=%s;Port=%s;Username=%s;Database=other', inet_server_addr(), current_setting('port'), current_user)")
query "CREATE DATABASE other" && "$ROOT/gaia" psql -d other -Xqc "CREATE TABLE rollout_state (epoch bigint, updated_at timestamptz); INSERT INTO rollout_state VALUES (1, now())"
GAIA_POSTGRES=$other fails_saying "is not that of $url" drill_restore && GAIA_POSTGRES=$other fails_saying "is not that of $url" pre_cutover_checklist
ok "with another cluster's database neither the drill nor the checklist says anything of this one"
query "DROP DATABASE other"

[ "$(get /api/migration/checklist | jq -c '[.lines[] | select(.name == ("migration_tests", "rollback_drill", "disaster_recovery")).state] | unique')" = '["pass"]' ]
ok "the checklist has the drills of what is ahead as passed"

fails_saying "no such file" pre_cutover_checklist && said "not configured: give NAME=ADDRESS arguments, or GAIA_DNS"
ok "the checklist fails without a backup and without names"
script backup_database
ok "a backup is taken of the running cluster"
script pre_cutover_checklist localhost=127.0.0.2 gaia.invalid=10.0.0.1
said "localhost leads to 127.0.0.2" && said "it leads to: nowhere" && said "NOT ready for cutover"
ok "names that lead elsewhere, or nowhere, fail it"
GAIA_DNS=localhost=$(getent ahosts localhost | awk '{print $1}' | sort -ru | paste -sd , -) script pre_cutover_checklist
! grep -E '^(database|quorum|backup|dns) .*(FAILED|inconclusive)$' "$folder/said" && said "the cluster has quorum: 3 of 3 silos active" && said "restored, it has the rows and hashes of its manifest"
ok "database, quorum, backup and names pass when they are right"
said "gates  "
ok "the gates of the cluster are on the list"
query "UPDATE session_records SET legacy_version = version + 1 WHERE id = 'session-000007'"
script pre_cutover_checklist
said "no row has a version that GAIA_HOME acknowledged and the cluster never had" && said "broken 1 times"
ok "a row that breaks an invariant fails the list"
query "UPDATE session_records SET legacy_version = version WHERE id = 'session-000007'"

# The guide's complete rollback: a change that GAIA_HOME had not got when the backup was taken, silos stopped, restored, started again.
kill "$(sed -n '1s/ .*//p' "$GAIA_STATE/run/gaia_home.pid")"
curl -fsS --noproxy '*' -X PATCH -H 'Content-Type: application/json' -d '{"status": "paused"}' "$gateway/api/sessions/session-000005" >/dev/null
script backup_database && [ "$(query "SELECT legacy_version < version FROM session_records WHERE id = 'session-000005'")" = t ]
ok "a backup while a change is on its way to GAIA_HOME"
fails_saying "silos use 'gaia'; stop them first" restore_database "$folder/gaia_go_backup_latest.dump"
ok "it is not restored while silos run"
"$ROOT/gaia" down >/dev/null 2>&1
script restore_database "$folder/gaia_go_backup_latest.dump" && said "$(tail -n 1 "$folder/gaia_go_backup_latest.dump" | jq .sessions) sessions in claude_sessions"
ok "after ./gaia down it is"
"$ROOT/gaia" up --quiet
[ "$(get /api/traffic-split | jq -c '[.go_percentage, .phase]')" = '[0,"dual_write"]' ] && [ "$(get /api/migration/dual-write | jq .enabled)" = false ]
ok "the cluster starts on it, with all traffic on GAIA_HOME and dual-write off"
seen=$(curl -fsS --noproxy '*' -u "$Legacy__Credential" "$gateway/api/sessions/session-000005" | jq -er .status) && [ "$seen" != paused ]
ok "clients see GAIA_HOME"
aside=$(get '/api/migration/conflicts?resolved=false' | jq -r '.[] | select(.session_id == "session-000005" and (.field | startswith("$set_aside/")) and .go_value.status == "paused").id') && [ -n "$aside" ]
ok "the change that was on its way is set aside, with its value"
post /api/migration/dual-write '{"enabled": true, "reason": "test"}' >/dev/null && post /api/migration/runs '{"kind": "migrate"}' >/dev/null && verify_until migrate '.state == "completed"'
seen=$(at_home /session-000005 | jq -er .status) && [ "$seen" != paused ] && [ "$(query "SELECT count(*) FROM session_records WHERE deleted_at IS NULL AND generation < (SELECT generation FROM rollout_state)")" = 0 ]
ok "with dual-write on again every session is read anew, and what is set aside is not sent"
post /api/migration/conflicts/resolve '{"strategy": "go_leads", "reason": "test", "limit": 10}' | jq -e --argjson id "$aside" '.[] | select(.id == $id) | .resolved == false and .problem.code == "set_aside"' >/dev/null
ok "a decision about all leaves it to a decision of its own"
post "/api/migration/conflicts/$aside/resolve" '{"strategy": "go_leads", "reason": "test"}' >/dev/null
begin=$SECONDS
until [ "$(at_home /session-000005 | jq -r .status)" = paused ] || [ $((SECONDS - begin)) -gt 10 ]; do sleep 0.2; done
[ "$(at_home /session-000005 | jq -r .status)" = paused ]
ok "an operator decides for it, and it arrives"

[ "$failures" -eq 0 ]
