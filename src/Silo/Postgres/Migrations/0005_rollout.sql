-- The one row that says what is in force. Everything else asks it.
CREATE TABLE rollout_state (
    id                integer PRIMARY KEY CHECK (id = 1),
    incarnation       bigint NOT NULL,
    epoch             bigint NOT NULL,
    fenced_epoch      bigint NOT NULL,
    generation        bigint NOT NULL,
    phase             text NOT NULL,
    go_percentage     numeric(5, 2) NOT NULL CHECK (go_percentage BETWEEN 0 AND 100),
    enabled           boolean NOT NULL,
    closing           boolean NOT NULL,
    mode              text NOT NULL,
    ack               text NOT NULL,
    conflict_strategy text NOT NULL,
    salt              bigint NOT NULL,
    paused            text,
    updated_at        timestamptz NOT NULL,
    updated_by        text NOT NULL
);

CREATE TABLE rollout_history (
    epoch       bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    reason      text,
    from_state  text NOT NULL,
    to_state    text NOT NULL,
    forced      boolean NOT NULL
);

-- A name is one gateway: its next process replaces the one before, which cannot hold the same address any more.
CREATE TABLE rollout_gateways (
    name      text PRIMARY KEY,
    id        text NOT NULL UNIQUE,
    kind      text NOT NULL,
    epoch     bigint NOT NULL,
    in_flight bigint NOT NULL,
    seen_at   timestamptz NOT NULL
);

CREATE TABLE rollout_events (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at   timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    data jsonb NOT NULL
);

-- What each silo counted in each minute; the cluster's figures are sums over it and survive every restart.
CREATE TABLE rollout_windows (
    silo               text NOT NULL,
    minute             timestamptz NOT NULL,
    total              bigint NOT NULL,
    successful         bigint NOT NULL,
    partial            bigint NOT NULL,
    failed             bigint NOT NULL,
    adopted            bigint NOT NULL,
    go_requests        bigint NOT NULL,
    go_errors          bigint NOT NULL,
    python_requests    bigint NOT NULL,
    python_errors      bigint NOT NULL,
    go_latency         bigint[] NOT NULL,
    python_latency     bigint[] NOT NULL,
    dual_write_latency bigint[] NOT NULL,
    PRIMARY KEY (silo, minute)
);
CREATE INDEX rollout_windows_minute ON rollout_windows (minute);
