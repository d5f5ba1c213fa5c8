-- Validation errors: one open entry per session, field and source. Found again, it is renewed.
ALTER TABLE validation_errors
    ADD COLUMN version bigint NOT NULL DEFAULT 0,
    -- which walk of a verification found it last
    ADD COLUMN pass uuid,
    ADD COLUMN resolved boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX validation_errors_open ON validation_errors (session_id, field, source) WHERE NOT resolved;
CREATE INDEX validation_errors_at ON validation_errors (at, id);

-- How often each rule excused a difference in spelling, since the cluster exists.
CREATE TABLE validation_noise (
    rule  text PRIMARY KEY,
    count bigint NOT NULL
);

-- Of the measurements of a minute the highest. NULL = not measured.
ALTER TABLE rollout_windows
    ADD COLUMN lag_p95_ms double precision,
    ADD COLUMN lag_max_ms double precision;

CREATE INDEX migration_errors_resolved ON migration_errors (at) WHERE resolved;

-- When a sweep first found this version deleted on both sides.
ALTER TABLE session_records
    ADD COLUMN tombstone_at timestamptz,
    ADD COLUMN tombstone_version bigint;
CREATE INDEX session_records_tombstones ON session_records (deleted_at) WHERE deleted_at IS NOT NULL;

-- Idempotency keys by UTC day, so that a day is forgotten by dropping its table. A key is its session's own: only the session's grain
-- writes it, and the grain looks before it writes, so nothing has to be unique across the days.
ALTER TABLE session_keys RENAME TO session_keys_before;
ALTER INDEX session_keys_pkey RENAME TO session_keys_before_pkey;
CREATE TABLE session_keys (
    session_id   text COLLATE "C" NOT NULL,
    key          text NOT NULL,
    request_hash text NOT NULL,
    status       integer NOT NULL,
    version      bigint NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (session_id, key, at)
) PARTITION BY RANGE (at);
CREATE INDEX session_keys_newest ON session_keys (session_id, at DESC);

-- Takes what no day's table takes: a commit must not fail because a sweep was late.
CREATE TABLE session_keys_default PARTITION OF session_keys DEFAULT;

-- Gives a day its table and moves there what the default one took in its place; false when it has one. Attached, not created in place:
-- that would lock out whoever reads the keys, and a long backup would hold up every commit behind it.
CREATE FUNCTION session_keys_add(day date) RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
    name text := 'session_keys_' || to_char(day, 'YYYYMMDD');
    low  timestamptz := day::timestamp AT TIME ZONE 'UTC';
    high timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN false; END IF;
    LOCK TABLE ONLY session_keys IN SHARE UPDATE EXCLUSIVE MODE;
    LOCK TABLE session_keys_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE session_keys INCLUDING ALL)', name);
    EXECUTE format('WITH late AS (DELETE FROM session_keys_default WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %I SELECT * FROM late', low, high, name);
    EXECUTE format('ALTER TABLE session_keys ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, low, high);
    RETURN true;
END $function$;

SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date + n) FROM generate_series(0, 2) AS n;
INSERT INTO session_keys (session_id, key, request_hash, status, version, at)
    SELECT session_id, key, request_hash, status, version, at FROM session_keys_before;
DROP TABLE session_keys_before;
