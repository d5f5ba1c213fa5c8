# shellcheck shell=bash
# Every session of both sides compared, and what came of it. Needs api.sh.

revalidate() {
    local begin=$SECONDS heard state mismatched pending failed
    request POST "$URL/api/migration/runs" '{"kind": "verify"}'
    case $STATUS in
        2??) ;;
        409) note "a verify run is on its way already; this is its result" ;;
        *) die "the verify run did not start: $STATUS $(answer '.detail // empty')" ;;
    esac
    heard=$SECONDS
    while :; do
        request GET "$URL/api/migration/runs/verify"
        case $STATUS in
            200) heard=$SECONDS ;;
            401 | 403) die "the verify run may not be looked at: $STATUS $(answer '.detail // empty')" ;;
            *)
                [ $((SECONDS - heard)) -lt 60 ] || die "$URL has not said for a minute how far the verify run is: $STATUS $(answer '.detail // empty')"
                progress "asking again: $STATUS" $((SECONDS - begin))
                sleep 0.5
                continue
                ;;
        esac
        state=$(answer .state)
        case $state in
            completed | failed | cancelled) break ;;
            paused) die "the verify run is paused; go on with: gaia runs verify resume" ;;
        esac
        progress "comparing: $(answer .done) sessions" $((SECONDS - begin))
        sleep 0.5
    done
    mismatched=$(answer .mismatched) pending=$(answer .pending) failed=$(answer .failed)
    progress_end "compared $(answer .done) sessions: $mismatched differ, $pending were being written, $failed could not be compared"
    show_mismatches
    show_validation_errors
    [ "$state" = completed ] || die "the verify run $state: $(answer '.reason // "no reason given"')"
    if [ "$mismatched $pending $failed" = "0 0 0" ]; then
        printf 'both sides are equal\n'
    else
        printf 'both sides are NOT shown to be equal\n'
        return 1
    fi
}

show_mismatches() {
    local answer=$ANSWER
    request GET "$URL/api/migration/runs/verify/mismatches?limit=100"
    [ "$STATUS" != 200 ] || answer '.[] | "differs  \(.session_id)  \(.field)  GAIA_HOME \(.python_value)  cluster \(.go_value)"'
    ANSWER=$answer
}

show_validation_errors() {
    local answer=$ANSWER
    request GET "$URL/api/migration/validation-errors?limit=100"
    if [ "$STATUS" = 200 ]; then
        answer '.errors[] | "invalid  \(.session_id)  \(.field)  \(.rule)  GAIA_HOME \(.python_value)  cluster \(.go_value)"'
        answer '"\(.total) validation errors are open; differences in spelling that the rules excused: \(if .noise == {} then "none" else [.noise | to_entries[] | "\(.key) \(.value)"] | join(", ") end)"'
    fi
    ANSWER=$answer
}
