-- A new incarnation of the rollout: what is stored is the past, and legacy has gone on without it. Legacy leads again, dual-write is off,
-- every row is read anew before it is used, and what was pending is for an operator: nothing of it is ever sent by itself.
-- A migration that was declared complete keeps its phase: legacy has not been fed since and must not serve anybody.
-- above = the highest incarnation known elsewhere. Answers the new one.
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
            intent = NULL, rejected = NULL, recent_sends = '[]', pending_since = NULL, next_attempt_at = NULL, attempts = 0, owner = NULL, send_lease_until = NULL,
            previous_commit_id = commit_id, commit_id = gen_random_uuid()
        WHERE legacy_version < version OR intent IS NOT NULL OR recent_sends <> '[]'
        RETURNING *)
    INSERT INTO session_conflicts (session_id, commit_id, field, go_value, detected_at, reason)
    SELECT t.id, t.commit_id, '$', session_document(t), now(), 'not on GAIA_HOME when ' || reason
    FROM touched t
    WHERE NOT completed AND t.conflict -> 'fields' ? '$' AND NOT EXISTS (SELECT FROM session_conflicts c WHERE c.session_id = t.id AND c.field = '$' AND NOT c.resolved);
    RETURN after.incarnation;
END $function$;

-- As the history describes a state.
CREATE OR REPLACE FUNCTION rollout_described(s rollout_state) RETURNS text LANGUAGE sql IMMUTABLE AS $function$
    SELECT format('%s %s%% %sdual-write %s %s %s conflicts %s', s.phase, trim_scale(s.go_percentage), CASE WHEN s.paused IS NULL THEN '' ELSE 'paused ' END,
        CASE WHEN s.closing THEN 'closing' WHEN s.enabled THEN 'on' ELSE 'off' END, s.mode, s.ack, s.conflict_strategy)
$function$;

-- A row's document, for people: NULL = deleted.
CREATE OR REPLACE FUNCTION session_document(r session_records) RETURNS jsonb LANGUAGE sql STABLE AS $function$
    SELECT CASE WHEN r.deleted_at IS NULL THEN jsonb_object_agg(f.key, f.value) || coalesce(r.extra, '{}') END
    FROM jsonb_each(jsonb_build_object(
        'id', r.id, 'session_name', r.session_name, 'user_id', r.user_id, 'tier', r.tier, 'provider', r.provider, 'status', r.status, 'lesson_id', r.lesson_id,
        'time_window_start', r.time_window_start, 'time_window_end', r.time_window_end, 'last_heartbeat', r.last_heartbeat, 'health_status', r.health_status,
        'consecutive_failures', r.consecutive_failures, 'max_concurrent_tasks', r.max_concurrent_tasks, 'current_task_count', r.current_task_count,
        'metadata', r.metadata, 'created_at', r.created_at, 'updated_at', r.updated_at)) f
    WHERE f.value <> 'null'
$function$;
