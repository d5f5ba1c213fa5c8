# shellcheck shell=bash
# What must be true of the stored rows at every moment, as one item each. Needs api.sh and database.sh.

invariants() {
    invariant "the view claude_sessions shows every live row" \
        "SELECT (SELECT count(*) FROM session_records WHERE deleted_at IS NULL) - (SELECT count(*) FROM claude_sessions)"
    invariant "no row has a version that GAIA_HOME acknowledged and the cluster never had" \
        "SELECT count(*) FROM session_records WHERE legacy_version > version"
    invariant "no row is of a later generation than the rollout" \
        "SELECT count(*) FROM session_records r, rollout_state s WHERE r.generation > s.generation"
    invariant "no change has been on its way to GAIA_HOME for more than 5 minutes" \
        "SELECT count(*) FROM session_records WHERE legacy_version < version AND rejected IS NULL AND conflict IS NULL AND pending_since < now() - interval '5 min'"
    invariant "no intent has stood for more than 5 minutes" \
        "SELECT count(*) FROM session_records WHERE (intent ->> 'at')::timestamptz < now() - interval '5 min'"
    invariant "every open conflict has its line in the log" \
        "SELECT count(*) FROM session_records r WHERE (conflict IS NOT NULL OR rejected IS NOT NULL) AND NOT EXISTS (SELECT FROM session_conflicts c WHERE c.session_id = r.id AND NOT c.resolved)"
    invariant "the rollout is one state, and its last change is complete" \
        "SELECT abs(count(*) - 1) + coalesce(sum(CASE WHEN closing OR fenced_epoch < epoch THEN 1 END), 0) FROM rollout_state"
    invariant "no index of the database is invalid" \
        "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
}

invariant() { # TEXT STATEMENT: how many break it
    local broken
    if ! broken=$(query "$2" 2>&1); then
        item database "$1" inconclusive "${broken//$'\n'/ }"
    elif [ "$broken" = 0 ]; then
        item database "$1" ok
    else
        item database "$1" FAILED "broken $broken times"
    fi
}
