-- What was in force while a silo counted, whether it reported the minute from its start and to its end, and session requests by the side
-- that was charged.
ALTER TABLE rollout_windows
    ADD COLUMN from_start boolean NOT NULL DEFAULT false,
    ADD COLUMN to_end boolean NOT NULL DEFAULT false,
    ADD COLUMN go_percentage numeric(5, 2) NOT NULL DEFAULT 0,
    ADD COLUMN phase smallint NOT NULL DEFAULT 0,
    ADD COLUMN active_silos integer NOT NULL DEFAULT 0,
    ADD COLUMN go_charged bigint NOT NULL DEFAULT 0,
    ADD COLUMN go_charged_errors bigint NOT NULL DEFAULT 0,
    ADD COLUMN python_charged bigint NOT NULL DEFAULT 0,
    ADD COLUMN python_charged_errors bigint NOT NULL DEFAULT 0;

-- Each minute over all silos: what the rows of rollout_windows say, without their histograms, so that weeks of it are summed in milliseconds.
-- The row at -infinity has what was counted in minutes that are kept no longer.
CREATE TABLE rollout_minutes (
    minute                timestamptz PRIMARY KEY,
    silos                 integer NOT NULL DEFAULT 0,
    -- every silo that was active reported it from its start and to its end
    complete              boolean NOT NULL DEFAULT false,
    go_percentage         numeric(5, 2) NOT NULL DEFAULT 0,
    phase                 smallint NOT NULL DEFAULT 0,
    breach                boolean NOT NULL DEFAULT false,
    total                 bigint NOT NULL DEFAULT 0,
    successful            bigint NOT NULL DEFAULT 0,
    partial               bigint NOT NULL DEFAULT 0,
    failed                bigint NOT NULL DEFAULT 0,
    adopted               bigint NOT NULL DEFAULT 0,
    go_charged            bigint NOT NULL DEFAULT 0,
    go_charged_errors     bigint NOT NULL DEFAULT 0,
    go_requests           bigint NOT NULL DEFAULT 0,
    go_errors             bigint NOT NULL DEFAULT 0,
    python_charged        bigint NOT NULL DEFAULT 0,
    python_charged_errors bigint NOT NULL DEFAULT 0,
    python_requests       bigint NOT NULL DEFAULT 0,
    python_errors         bigint NOT NULL DEFAULT 0,
    lag_p95_ms            double precision,
    lag_max_ms            double precision
);
INSERT INTO rollout_minutes (minute, silos, total, successful, partial, failed, adopted, go_requests, go_errors, python_requests, python_errors, lag_p95_ms, lag_max_ms)
    SELECT minute, count(*), sum(total), sum(successful), sum(partial), sum(failed), sum(adopted), sum(go_requests), sum(go_errors), sum(python_requests), sum(python_errors),
        max(lag_p95_ms), max(lag_max_ms)
    FROM rollout_windows GROUP BY minute;
DELETE FROM rollout_windows WHERE minute = '-infinity';

-- Each hour over all silos: the histograms. Of hours before this script there are only the minutes.
CREATE TABLE rollout_hours (
    hour               timestamptz PRIMARY KEY,
    go_latency         bigint[] NOT NULL,
    python_latency     bigint[] NOT NULL,
    dual_write_latency bigint[] NOT NULL
);
