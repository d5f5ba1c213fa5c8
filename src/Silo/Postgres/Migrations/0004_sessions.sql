-- One row per session id, live or deleted. "C" makes the list order the same on every machine.
CREATE TABLE session_records (
    id                   text COLLATE "C" PRIMARY KEY,
    session_name         text,
    user_id              text,
    tier                 text,
    provider             text,
    status               text,
    lesson_id            text,
    time_window_start    timestamptz,
    time_window_end      timestamptz,
    last_heartbeat       timestamptz,
    health_status        text,
    consecutive_failures integer,
    max_concurrent_tasks integer,
    current_task_count   integer,
    metadata             jsonb,
    created_at           timestamptz,
    updated_at           timestamptz,
    -- unknown fields, and known ones whose value does not fit its type
    extra                jsonb,

    version              bigint NOT NULL,
    deleted_at           timestamptz,
    legacy_version       bigint NOT NULL,
    intent               jsonb,
    generation           bigint NOT NULL,
    legacy_hash          text,
    recent_sends         jsonb NOT NULL,
    send_lease_until     timestamptz,
    owner                text,
    pending_since        timestamptz,
    next_attempt_at      timestamptz,
    attempts             integer NOT NULL,
    rejected             jsonb,
    commit_id            uuid NOT NULL,
    previous_commit_id   uuid,
    migrated_at          timestamptz,
    migrated_from        text
) WITH (fillfactor = 80);

-- Serves the repair pump and the sync lag; empty when both sides agree.
CREATE INDEX session_records_pending ON session_records (next_attempt_at)
    WHERE legacy_version < version OR intent IS NOT NULL;

-- What the guide counts: the sessions that exist.
CREATE VIEW claude_sessions AS
    SELECT id, session_name, user_id, tier, provider, status, lesson_id, time_window_start, time_window_end, last_heartbeat, health_status,
           consecutive_failures, max_concurrent_tasks, current_task_count, metadata, created_at, updated_at, extra, version
    FROM session_records WHERE deleted_at IS NULL;

CREATE TABLE session_keys (
    session_id   text COLLATE "C" NOT NULL,
    key          text NOT NULL,
    request_hash text NOT NULL,
    status       integer NOT NULL,
    version      bigint NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (session_id, key)
);
CREATE INDEX session_keys_at ON session_keys USING brin (at);

CREATE TABLE session_conflicts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id   text COLLATE "C" NOT NULL,
    field        text NOT NULL,
    python_value jsonb,
    go_value     jsonb,
    detected_at  timestamptz NOT NULL DEFAULT now(),
    resolved     boolean NOT NULL DEFAULT false,
    strategy     text,
    resolved_by  text,
    resolved_at  timestamptz,
    reason       text
);
CREATE INDEX session_conflicts_open ON session_conflicts (session_id) WHERE NOT resolved;

CREATE TABLE migration_errors (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    session_id text COLLATE "C" NOT NULL,
    side       text NOT NULL,
    operation  text NOT NULL,
    code       text NOT NULL,
    message    text NOT NULL,
    attempt    integer NOT NULL,
    version    bigint NOT NULL,
    resolved   boolean NOT NULL DEFAULT false
);
CREATE INDEX migration_errors_open ON migration_errors (session_id) WHERE NOT resolved;

CREATE TABLE validation_errors (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT now(),
    session_id   text COLLATE "C" NOT NULL,
    field        text NOT NULL,
    rule         text NOT NULL,
    python_value text,
    go_value     text,
    source       text NOT NULL
);
