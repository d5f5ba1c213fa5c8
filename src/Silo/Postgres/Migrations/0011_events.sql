-- Readers go by id, and ids are drawn before they are visible: an event that commits late would be passed over. So whoever inserts holds this
-- lock from before its id is drawn until it has committed. Inserts are rare and short.
CREATE FUNCTION rollout_events_in_order() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM pg_advisory_xact_lock(113668077453329); -- "gaia", 0x11
    RETURN NULL;
END $function$;
CREATE TRIGGER in_order BEFORE INSERT ON rollout_events FOR EACH STATEMENT EXECUTE FUNCTION rollout_events_in_order();

ALTER TABLE rollout_events
    -- Not the beginning of the transaction, which may have waited for the lock.
    ALTER COLUMN at SET DEFAULT clock_timestamp(),
    -- What several silos see is said once. NULL = by one of them anyway.
    ADD COLUMN key text;
CREATE UNIQUE INDEX rollout_events_key ON rollout_events (key);
CREATE INDEX rollout_events_at ON rollout_events USING brin (at);

UPDATE rollout_events SET
    kind = CASE WHEN kind LIKE 'dual_write%' THEN 'dual_write' ELSE kind END,
    data = jsonb_build_object('action', kind, 'epoch', data -> 'Epoch', 'actor', data -> 'Actor', 'reason', data -> 'Reason', 'forced', data -> 'Forced',
        'from', data -> 'From', 'to', data -> 'To')
WHERE data ? 'Epoch';

-- How many lines of the conflict log a commit opened or resolved, written by that commit. Every few seconds they become one event each.
CREATE TABLE conflict_changes (
    action      text NOT NULL,
    count       integer NOT NULL,
    session_ids text[] NOT NULL
);

-- Every attempt to deliver an event to a webhook.
CREATE TABLE webhook_deliveries (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    webhook_id text NOT NULL,
    event_id   bigint NOT NULL,
    kind       text NOT NULL,
    attempt    integer NOT NULL,
    delivered  boolean NOT NULL,
    status     integer,
    reason     text,
    took_ms    double precision NOT NULL
);
CREATE INDEX webhook_deliveries_at ON webhook_deliveries USING brin (at);
