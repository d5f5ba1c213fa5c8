-- What GAIA_HOME lacked when a new incarnation begins is set aside: the session is what GAIA_HOME has, read anew before it is used, and the cluster's own state is an
-- open line of the log for somebody to decide about. Before, the row kept that state and hid what clients had written to GAIA_HOME since.
CREATE OR REPLACE FUNCTION begin_incarnation(actor text, reason text, above bigint DEFAULT 0, completed boolean DEFAULT false)
    RETURNS bigint LANGUAGE plpgsql AS $function$
DECLARE
    before rollout_state;
    after  rollout_state;
BEGIN
    -- The terms lock of the session store: waits for commits under the old terms, and later ones see the new.
    PERFORM pg_advisory_xact_lock(113668077453314);
    SELECT * INTO STRICT before FROM rollout_state FOR UPDATE;
    completed := completed OR before.phase = 'Completed';
    UPDATE rollout_state s SET
        incarnation = greatest(s.incarnation, above) + 1, epoch = s.epoch + 1, generation = s.generation + 1, closing = false, enabled = false,
        phase = CASE WHEN completed THEN 'Completed' WHEN s.phase = 'Preparation' THEN s.phase ELSE 'DualWrite' END,
        go_percentage = CASE WHEN completed THEN 100 ELSE 0 END,
        updated_at = now(), updated_by = actor
    RETURNING * INTO after;
    INSERT INTO rollout_history (epoch, at, actor, action, reason, from_state, to_state, forced)
    VALUES (after.epoch, now(), actor, 'incarnation', reason, rollout_described(before), rollout_described(after), false);
    INSERT INTO rollout_events (kind, data)
    SELECT 'incarnation', jsonb_build_object('action', action, 'epoch', epoch, 'actor', h.actor, 'reason', h.reason, 'forced', forced, 'from', from_state, 'to', to_state)
    FROM rollout_history h WHERE epoch = after.epoch;

    -- An unknown hash is no hash that GAIA_HOME shows: whatever it shows is taken over.
    WITH lacking AS (
        UPDATE session_records r SET
            legacy_version = version, legacy_hash = NULL, conflict = NULL,
            intent = NULL, rejected = NULL, sent = NULL, recent_sends = '[]', pending_since = NULL, next_attempt_at = NULL, attempts = 0, owner = NULL, send_lease_until = NULL,
            previous_commit_id = commit_id, commit_id = gen_random_uuid()
        WHERE legacy_version < version AND NOT completed
        RETURNING r.id, r.commit_id, session_document(r) AS document),
    closed AS (
        UPDATE session_conflicts c SET resolved = true, strategy = 'superseded', resolved_by = 'system', resolved_at = now()
        FROM lacking l WHERE c.session_id = l.id AND NOT c.resolved AND c.field NOT LIKE '$set_aside/%'
        RETURNING c.session_id),
    opened AS (
        INSERT INTO session_conflicts (session_id, commit_id, field, go_value, detected_at, reason)
        SELECT l.id, l.commit_id, '$set_aside/' || after.incarnation, l.document, now(), 'not on GAIA_HOME when ' || reason FROM lacking l
        RETURNING session_id)
    INSERT INTO conflict_changes (action, count, session_ids)
    SELECT action, count(*), (array_agg(session_id))[1:10]
    FROM (SELECT 'opened' AS action, session_id FROM opened UNION ALL SELECT 'resolved', session_id FROM closed) AS changed GROUP BY action;

    -- Sent before, shown by legacy now: no echo any more, but what clients did there meanwhile. An intent was never acknowledged to
    -- anybody; what legacy shows says what became of it.
    UPDATE session_records r SET
        intent = NULL, rejected = NULL, sent = NULL, recent_sends = '[]', pending_since = NULL, next_attempt_at = NULL, attempts = 0, owner = NULL, send_lease_until = NULL,
        previous_commit_id = commit_id, commit_id = gen_random_uuid()
    WHERE legacy_version < version OR intent IS NOT NULL OR sent IS NOT NULL OR recent_sends <> '[]';
    RETURN after.incarnation;
END $function$;
