#!/usr/bin/env bash
# Usage: migration_tests.sh [--url URL] [--gateway URL] [--revalidate]
#
# Tests a live cluster with sessions of its own, which it deletes again: creates, updates, deletes, failures and concurrent writers, each
# time comparing what GAIA_HOME and the cluster have. Dual-write must be on. The result is recorded as the drill 'migration_tests'.
#
#   --url URL      any silo; default GAIA_URL, else the local cluster
#   --gateway URL  where clients write; default GAIA_GATEWAY, else the local gateway where the silo is a local one, else the silo
#   --revalidate   test nothing; compare every session of both sides (a verify run) and show what differs, and what the comparison's
#                  rules excused
#
# An API key is taken from GAIA_TOKEN; where GAIA_HOME asks its clients for a credential, that is taken from Legacy__Auth and
# Legacy__Credential, as by gaia preflight. Exit code: 0 all passed, 1 something failed or could not be recorded, 2 called wrongly.
# Not -e: a check that fails is counted and the next one has its turn.
set -uo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/api.sh
. "$ROOT/scripts/lib/api.sh"
# shellcheck source=scripts/lib/sessions.sh
. "$ROOT/scripts/lib/sessions.sh"
# shellcheck source=scripts/lib/revalidate.sh
. "$ROOT/scripts/lib/revalidate.sh"

REVALIDATE=
NAME=migration-test-$(date -u +%Y%m%d%H%M%S)-$$
WRITERS=8
WRITES=10

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --url) needs_value "$@" && URL=$2 && shift ;;
            --gateway) needs_value "$@" && GATEWAY=$2 && shift ;;
            --revalidate) REVALIDATE=1 ;;
            --help | -h) usage && exit 0 ;;
            *) usage_error "unknown option '$1'" ;;
        esac
        shift
    done
}

clean() {
    [ -z "$WORK" ] || { delete_created && rm -rf "$WORK"; }
}

creates() {
    local id=$NAME-create
    CREATED+=("$id" "$id-put")
    write POST '' "$(document "$id" idle)"
    [ "$STATUS" = 201 ] && [ "$(answer .id)" = "$id" ]
    check creates "POST creates a session (201)"
    both_have "$id" .status idle
    check creates "both sides have it"
    write PUT "$id-put" "$(document "$id-put" busy)"
    [ "$STATUS" = 201 ] && both_have "$id-put" .status busy
    check creates "PUT of a new id creates it on both sides (201)"
    write POST '' "$(document - idle | jq -c 'del(.id)')"
    id=$(answer .id)
    CREATED+=("$id")
    [ "$STATUS" = 201 ] && [ -n "$id" ] && both_have "$id" .user_id gaia-scripts
    check creates "POST without an id makes one"
    write POST '' "$(document "$NAME-create" idle)"
    [ "$STATUS" = 409 ]
    check creates "POST of an id that exists is refused (409)"
}

updates() {
    local id=$NAME-create
    write PATCH "$id" '{"status": "active", "metadata": {"step": 1}}'
    [ "$STATUS" = 200 ] && both_have "$id" '[.status, .metadata.step | tostring] | join(" ")' "active 1"
    check updates "PATCH changes what it names on both sides"
    write PUT "$id" "$(document "$id" paused | jq -c '.metadata = {note: "ü\"\n.", list: [1, 2.5, null]}')"
    [ "$STATUS" = 200 ] && both_have "$id" '[.status, .metadata.list[1], .metadata.note] | map(tostring) | join(" ")' $'paused 2.5 ü"\n.'
    check updates "PUT replaces it on both sides"
    request GET "$GATEWAY/api/sessions/$id"
    [ "$STATUS" = 200 ] && [ "$(answer .status)" = paused ]
    check updates "a client reads what was written last"
}

failures() {
    local id=$NAME-create version
    request GET "$URL/api/migration/sessions/$id"
    version=$(answer .version)
    request PUT "$GATEWAY/api/sessions/$id" '{"status": '
    [ "$STATUS" = 400 ]
    check failures "a body that is no JSON is refused (400)"
    request PATCH "$GATEWAY/api/sessions/$id" '{"current_task_count": "many"}'
    [ "$STATUS" = 400 ] && [ "$(answer '.errors | has("current_task_count")')" = true ]
    check failures "a value of the wrong type is refused, naming the field (400)"
    request PATCH "$GATEWAY/api/sessions/$id" '{"status": "active"}' 'If-Match: "999999999"'
    [ "$STATUS" = 412 ]
    check failures "a change of another version than the present is refused (412)"
    request PATCH "$GATEWAY/api/sessions/$id-unknown" '{"status": "active"}'
    [ "$STATUS" = 404 ] && both_lack "$id-unknown"
    check failures "a change of an unknown session is refused and makes none (404)"
    both_have "$id" .status paused && [ "$(answer .version)" = "$version" ]
    check failures "none of these changed anything on either side"
    request PATCH "$GATEWAY/api/sessions/$id" '{"metadata": {"once": 1}}' "Idempotency-Key: $NAME-once"
    request PATCH "$GATEWAY/api/sessions/$id" '{"metadata": {"once": 1}}' "Idempotency-Key: $NAME-once"
    [ "$STATUS" = 200 ] && [ "$(answered_header Idempotency-Replayed)" = true ] && both_have "$id" .metadata.once 1 && [ "$(answer .version)" = $((version + 1)) ]
    check failures "a request that is repeated under its key takes effect once"
    request PATCH "$GATEWAY/api/sessions/$id" '{"metadata": {"once": 2}}' "Idempotency-Key: $NAME-once"
    [ "$STATUS" = 422 ] && both_have "$id" .metadata.once 1
    check failures "another request under the same key is refused (422)"
}

rival() { # NUMBER VERSION
    mkdir "$WORK/rival-$1"
    send "$WORK/rival-$1" PATCH "$GATEWAY/api/sessions/$NAME-race" "{\"metadata\": {\"winner\": $1}}" "If-Match: $2" "Idempotency-Key: $NAME-rival-$1"
    printf '%s\n' "$STATUS" >"$WORK/rival-$1/status"
}

concurrency() {
    local id=$NAME-race n version expected
    CREATED+=("$id")
    write POST '' "$(document "$id" idle)"
    for ((n = 1; n <= WRITERS; n++)); do writer "$n" "$id" "$WRITES" & done
    wait
    expected=$(cat "$WORK"/writer-*/last | jq -cSs 'add')
    [ "$(sort -u "$WORK"/writer-*/taken)" = "$WRITES of $WRITES" ]
    check concurrency "$WRITERS writers on one session: all $((WRITERS * WRITES)) changes are acknowledged"
    both_have "$id" '.metadata | to_entries | sort_by(.key) | from_entries | tojson' "$expected"
    check concurrency "both sides have the last acknowledged value of each writer"
    request GET "$GATEWAY/api/sessions/$id"
    version=$(answered_header ETag)
    for ((n = 1; n <= WRITERS; n++)); do rival "$n" "$version" & done
    wait
    [ "$(sort "$WORK"/rival-*/status | uniq -c | awk '{print $1 "x" $2}' | paste -sd ' ' -)" = "1x200 $((WRITERS - 1))x412" ]
    check concurrency "of $WRITERS changes of the same version one is taken (200, 412)"
    both_have "$id" '.metadata.winner | tostring' "$(grep -l 200 "$WORK"/rival-*/status | sed 's/.*rival-\([0-9]*\).*/\1/')"
    check concurrency "both sides have the one that was taken"
}

deletes() {
    delete_each "${CREATED[@]}"
    check deletes "every DELETE is taken (204)"
    none_left "${CREATED[@]}"
    check deletes "both sides have none of the sessions any more"
    nothing_open "${CREATED[@]}"
    check deletes "no conflict and no error of theirs is open"
    write PATCH "$NAME-create" '{"status": "active"}'
    [ "$STATUS" = 404 ]
    check deletes "a deleted session cannot be changed (404)"
}

read_options "$@"
trap clean EXIT
trap 'exit 1' INT TERM HUP
choose_cluster
if [ -n "$REVALIDATE" ]; then
    revalidate
    exit
fi
require_dual_write
creates
updates
failures
concurrency
deletes
result=passed
[ "$FAILED" -eq 0 ] || result=failed
printf '\n%s of %s checks passed: migration tests %s\n' "$PASSED" $((PASSED + FAILED)) "$result"
record_drill migration_tests "$result" "$PASSED of $((PASSED + FAILED)) checks of scripts/migration_tests.sh passed" || exit 1
[ "$result" = passed ]
