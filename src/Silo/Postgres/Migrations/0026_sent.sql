-- What a session remembers of its latest changes, as bytes: as JSON it was parsed, sorted and compressed with every change of a busy session.
-- recent_sends is read where a silo of a build before this one has written it last, and emptied with the next change.
ALTER TABLE session_records ADD COLUMN sent bytea;
ALTER TABLE session_records ALTER COLUMN recent_sends SET DEFAULT '[]';

-- As before, and forgets these too.
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

    -- Sent before, shown by legacy now: no echo any more, but what clients did there meanwhile. An intent was never acknowledged to
    -- anybody; what legacy shows says what became of it.
    WITH touched AS (
        UPDATE session_records r SET
            conflict = CASE WHEN legacy_version < version AND NOT completed
                THEN coalesce(conflict, jsonb_build_object('python', NULL, 'detected_at', now(), 'fields', jsonb_build_array('$'))) ELSE conflict END,
            intent = NULL, rejected = NULL, sent = NULL, recent_sends = '[]', pending_since = NULL, next_attempt_at = NULL, attempts = 0, owner = NULL, send_lease_until = NULL,
            previous_commit_id = commit_id, commit_id = gen_random_uuid()
        WHERE legacy_version < version OR intent IS NOT NULL OR sent IS NOT NULL OR recent_sends <> '[]'
        RETURNING *)
    INSERT INTO session_conflicts (session_id, commit_id, field, go_value, detected_at, reason)
    SELECT t.id, t.commit_id, '$', session_document(t), now(), 'not on GAIA_HOME when ' || reason
    FROM touched t
    WHERE NOT completed AND t.conflict -> 'fields' ? '$' AND NOT EXISTS (SELECT FROM session_conflicts c WHERE c.session_id = t.id AND c.field = '$' AND NOT c.resolved);
    RETURN after.incarnation;
END $function$;
