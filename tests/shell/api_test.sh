#!/usr/bin/env bash
# What the scripts make of a cluster's answers, which are given here. Exit 0 all ok, 1 not ok, 77 not possible here.
set -uo pipefail

# shellcheck source=tests/shell/facts.sh
. "$(dirname "${BASH_SOURCE[0]}")/facts.sh"
command -v jq >/dev/null || { echo "skipped: there is no jq"; exit 77; }
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/api.sh
. "$ROOT/scripts/lib/api.sh"
# shellcheck source=scripts/lib/sessions.sh
. "$ROOT/scripts/lib/sessions.sh"
# shellcheck source=scripts/lib/revalidate.sh
. "$ROOT/scripts/lib/revalidate.sh"

# shellcheck disable=SC2034
QUIET=1 URL=http://cluster GATEWAY=http://cluster NAME=test
requests=0

# Each takes ten seconds by the clock of the scripts, and nobody waits for them. Who would ask for ever ends.
request() { # METHOD URL
    requests=$((requests + 1))
    SECONDS=$((SECONDS + 10))
    [ "$requests" -lt 100 ] || exit 9
    reply "$1 ${2#http://cluster}"
}
sleep() { :; }

# --- what became of the scripts' own sessions ------------------------------------------------------------------------------------
reply() { # REQUEST
    case $1 in *-two) STATUS=503 ANSWER='{"detail": "no quorum"}' ;; *) STATUS=204 ANSWER='' ;; esac
}
! delete_each test-one test-two test-three && [ "$STATUS $ANSWER" = '503 {"detail": "no quorum"}' ] && [ "$requests" = 3 ]
ok "a DELETE that was refused counts, whatever came after it"
delete_each test-one test-three
ok "all of them taken is taken"

reply() { # REQUEST
    case $1 in
        */one) STATUS=200 ANSWER='{"python_version": {}, "go_version": null, "pending": false}' ;;
        *) STATUS=404 ANSWER='' ;;
    esac
}
none_left two three && ! none_left one two
ok "a session that is left counts, whatever became of those after it"

reply() { # REQUEST
    STATUS=200
    case $1 in
        */conflicts*) ANSWER='[{"session_id": "one"}]' ;;
        *) ANSWER='{"errors": [{"session_id": "two", "resolved": false}, {"session_id": "three", "resolved": true}]}' ;;
    esac
}
nothing_open three four && ! nothing_open one three && ! nothing_open two three
ok "an open conflict and an open error count, whatever became of the sessions after it"

# --- drills ----------------------------------------------------------------------------------------------------------------------
reply() { STATUS=$recording ANSWER='{"detail": "not yours"}'; }
for recording in 200 201; do
    record_drill drill passed evidence 2>/dev/null
    ok "answered $recording: the drill is recorded"
done
for recording in 000 400 401 403 404 409 503; do
    ! record_drill drill passed evidence 2>/dev/null
    ok "answered $recording: the drill is not recorded, and that is a failure"
done

# --- a verify run that is waited for ---------------------------------------------------------------------------------------------
reply() { # REQUEST
    case $1 in
        'POST '*) STATUS=202 ANSWER='{}' ;;
        */runs/verify)
            STATUS=${looks[0]%% *} ANSWER=${looks[0]#* }
            [ "${#looks[@]}" -eq 1 ] || looks=("${looks[@]:1}")
            ;;
        *) STATUS=404 ANSWER='' ;;
    esac
}
looks=('200 {"state": "running", "done": 1}' '503 {"detail": "no silo"}')
refuses 1 'how far the verify run is: 503 no silo' revalidate
ok "a cluster that does not answer any more ends it after a minute"
looks=('000 ')
refuses 1 'how far the verify run is: 000' revalidate
ok "nobody there likewise"
for refusal in 401 403; do
    looks=('200 {"state": "running", "done": 1}' "$refusal {\"detail\": \"no viewer\"}")
    refuses 1 "may not be looked at: $refusal no viewer" revalidate
    ok "answered $refusal: it ends at once"
done
looks=('000 ' '503 {}' '200 {"state": "running", "done": 1}' '000 ' '200 {"state": "completed", "done": 2, "mismatched": 0, "pending": 0, "failed": 0}')
[ "$(revalidate)" = "both sides are equal" ]
ok "one that answers again is waited for"

# --- the list --------------------------------------------------------------------------------------------------------------------
! grep -nE '^ *(check [a-z-]+|ok) .*\$\([^(]' "$ROOT"/scripts/*.sh "$ROOT"/scripts/lib/*.sh "$ROOT"/tests/shell/*.sh
ok "no text of a check runs a command, whose status would be judged instead"

[ "$failures" -eq 0 ]
