#!/usr/bin/env bash
# Usage: drill_rollback.sh [--url URL] [--gateway URL] [--to PERCENT] [--force]
#
# The drill of going back: while sessions of its own are written all the time, traffic goes back to GAIA_HOME and then to where it was.
# Nothing that was acknowledged may be lost on either side, before, during and after; and it is measured how long it takes.
#
#   --url URL      any silo; default GAIA_URL, else the local cluster
#   --gateway URL  where clients write; default GAIA_GATEWAY, else the local gateway where the silo is a local one, else the silo
#   --to PERCENT   how far back; default 10, the lowest share of the phase gradual_rollout
#   --force        also where it costs time: from monitoring on the minutes below its percentage soak nothing, and a phase that cannot hold so low a
#                  percentage is left with all that was soaked in it; and past gates that do not let traffic return (the reason is in the history)
#
# Records the drill 'rollback_drill'. An API key is taken from GAIA_TOKEN; where GAIA_HOME asks its clients for a credential, that is taken from
# Legacy__Auth and Legacy__Credential, as by gaia preflight. Exit code: 0 passed, 1 failed, refused or not recorded, 2 called wrongly.
set -uo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/script.sh
. "$ROOT/scripts/lib/script.sh"
# shellcheck source=scripts/lib/api.sh
. "$ROOT/scripts/lib/api.sh"
# shellcheck source=scripts/lib/sessions.sh
. "$ROOT/scripts/lib/sessions.sh"

TO=10
FORCE=false
NAME=rollback-drill-$(date -u +%Y%m%d%H%M%S)-$$
WRITERS=4
BEFORE=
# Not empty from the moment in which traffic is asked to go back until it has returned; and with which epoch it went, where that was answered.
AWAY=
EPOCH=
MOST=100000

read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --url) needs_value "$@" && URL=$2 && shift ;;
            --gateway) needs_value "$@" && GATEWAY=$2 && shift ;;
            --to)
                needs_value "$@"
                whole_number "$2" 0 99 || usage_error "--to is a percentage from 0 to 99, not '$2'"
                TO=$((10#$2))
                shift
                ;;
            --force) FORCE=true ;;
            --help | -h) usage && exit 0 ;;
            *) usage_error "unknown option '$1'" ;;
        esac
        shift
    done
}

clean() {
    [ -n "$WORK" ] || return 0
    touch "$WORK/stop"
    wait
    # Ended half way, by somebody or something. Before it asked and after its return it was somebody else who moved traffic.
    [ -z "$AWAY" ] || ! moved || return_to_before
    delete_created
    rm -rf "$WORK"
}

note_split() {
    request GET "$URL/api/traffic-split"
    [ "$STATUS" = 200 ] || die "$URL does not answer what the split is: $STATUS $ANSWER"
    BEFORE=$(answer .go_percentage) PHASE=$(answer .phase)
    jq -en --argjson before "$BEFORE" --argjson to "$TO" '$to < $before' >/dev/null ||
        die "the split is $BEFORE %: there is nothing to go back from to $TO %. First route traffic to the cluster: gaia split 10"
    case $PHASE in
        gradual_rollout)
            [ "$TO" -gt 0 ] || [ "$FORCE" = true ] || die "at 0 % the phase gradual_rollout ends, and the way up to $BEFORE % meets the gates of dual_write again; with --force the drill is held all the same"
            ;;
        *) [ "$FORCE" = true ] || die "in phase '$PHASE' going back costs time that was soaked, or the phase; with --force the drill is held all the same" ;;
    esac
}

start_writers() {
    local n
    for ((n = 1; n <= WRITERS; n++)); do
        CREATED+=("$NAME-$n")
        request PUT "$GATEWAY/api/sessions/$NAME-$n" "$(document "$NAME-$n" busy)"
        [ "$STATUS" = 201 ] || die "no session could be written: $STATUS $ANSWER"
        writer "$n" "$NAME-$n" "$MOST" &
    done
}

go_back() {
    local text="back to $TO %"
    AWAY=1
    request POST "$URL/api/migration/rollback" "{\"to_percentage\": $TO, \"reason\": \"rollback drill\", \"drain_timeout_s\": 40}"
    case $STATUS in
        200)
            EPOCH=$(answer '.epoch | numbers')
            text="$text ($(answer '.took_ms | round') ms)"
            ;;
        # Nothing has moved by it; somebody else may have moved traffic, and that is why.
        4??) AWAY= ;;
    esac
    [ "$STATUS" = 200 ] && [ "$(answer .traffic.go_percentage)" = "$TO" ]
    check rollback "$text" || return
    [ "$(answer '"\(.drained) \(.pending)"')" = "true 0" ]
    check rollback "GAIA_HOME has every change: nothing is pending"
    request GET "$GATEWAY/api/traffic-split"
    [ "$(answer .go_percentage)" = "$TO" ]
    check rollback "clients are routed by it"
}

# Which rollback it was, where its answer was lost: the one that leads where this drill goes. Fails where traffic is elsewhere: somebody else moved it since.
find_epoch() {
    [ -z "$EPOCH" ] || return 0
    request GET "$URL/api/traffic-split"
    [ "$STATUS" = 200 ] && [ "$(answer .go_percentage)" = "$TO" ] && EPOCH=$(answer '.epoch | numbers') && [ -n "$EPOCH" ]
}

# Whether traffic is not where it was; what cannot be asked may have moved.
moved() {
    request GET "$URL/api/traffic-split"
    [ "$(answer .go_percentage)" != "$BEFORE" ]
}

return_to_before() {
    local body
    if ! find_epoch && [ "$STATUS" != 200 ]; then
        item return "and to $BEFORE % again" inconclusive
        warn "$URL does not say where traffic is; it was at $BEFORE %: gaia split $BEFORE"
        return
    elif [ -z "$EPOCH" ]; then
        AWAY=
        item return "and to $BEFORE % again" inconclusive
        warn "the rollback was not answered, and traffic is not at $TO % where it leads: it stays where it is now; it was at $BEFORE %: gaia split $BEFORE"
        return
    fi
    body=$(jq -nc --argjson go "$BEFORE" --argjson epoch "${EPOCH:-null}" \
        '{go_percentage: $go, python_percentage: (100 - $go), reason: "rollback drill: back to where it was", expected_epoch: $epoch}')
    request POST "$URL/api/traffic-split" "$body"
    if [ "$STATUS" = 409 ] && [ "$FORCE" = true ]; then
        note "gates hold ($(answer '[.blockers[].gate] | join(", ")')); forced"
        request POST "$URL/api/traffic-split" "$(jq -c '.force = true' <<<"$body")"
    fi
    # Also the answer to a return that was repeated, because the answer to the first attempt was lost.
    if [ "$STATUS" = 412 ] && moved; then
        AWAY=
        item return "and to $BEFORE % again" inconclusive
        warn "somebody else has changed the rollout meanwhile, so traffic stays where it is now; it was at $BEFORE %: gaia split $BEFORE"
        return
    fi
    [ "$STATUS" = 200 ] && [ "$(answer .go_percentage)" = "$BEFORE" ] && AWAY=
    check return "and to $BEFORE % again" ||
        warn "traffic is not at $BEFORE %, where it was; when the reason is gone: gaia split $BEFORE"
}

compare() {
    local n failed=0
    touch "$WORK/stop"
    wait
    for ((n = 1; n <= WRITERS; n++)); do
        both_have "$NAME-$n" ".metadata.w$n" "$(jq ".w$n" "$WORK/writer-$n/last")" || failed=1
    done
    [ "$failed" -eq 0 ]
    check nothing-lost "both sides have the last acknowledged change of each of $WRITERS writers"
    TAKEN=$(awk '{ taken += $1; asked += $3 } END { print taken " of " asked }' "$WORK"/writer-*/taken)
    [ "${TAKEN% of *}" = "${TAKEN#* of }" ]
    check nothing-lost "every write of theirs was acknowledged ($TAKEN)"
}

read_options "$@"
trap clean EXIT
trap 'exit 1' INT TERM HUP
choose_cluster
require_dual_write
note_split
start_writers
begin=$SECONDS
go_back
# Whatever became of it, unless it was refused: the flip comes before the waiting.
[ -z "$AWAY" ] || ! moved || return_to_before
compare
result=passed
[ "$FAILED" -eq 0 ] || result=failed
summary="from $BEFORE % to $TO % and back in $((SECONDS - begin)) s, $TAKEN writes acknowledged"
printf '\n%s: rollback drill %s\n' "$summary" "$result"
record_drill rollback_drill "$result" "scripts/drill_rollback.sh: $summary" || exit 1
[ "$result" = passed ]
