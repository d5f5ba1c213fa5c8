CREATE TABLE orleansreminderstable (
    serviceid    text NOT NULL,
    grainid      text NOT NULL,
    remindername text NOT NULL,
    grainhash    integer NOT NULL,
    starttime    timestamptz NOT NULL,
    period       bigint NOT NULL,
    version      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (serviceid, grainid, remindername)
);

-- Each silo loads its part of the hash ring again every few minutes.
CREATE INDEX orleansreminderstable_ring ON orleansreminderstable (serviceid, grainhash);

INSERT INTO orleansquery (querykey, querytext) VALUES
('ReadReminderRowsKey', $$
SELECT grainid, remindername, starttime, period, version FROM orleansreminderstable
WHERE serviceid = @ServiceId AND grainid = @GrainId
$$),
('ReadReminderRowKey', $$
SELECT grainid, remindername, starttime, period, version FROM orleansreminderstable
WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName
$$),
('ReadRangeRows1Key', $$
SELECT grainid, remindername, starttime, period, version FROM orleansreminderstable
WHERE serviceid = @ServiceId AND grainhash > @BeginHash AND grainhash <= @EndHash
$$),
-- The range that wraps around the end of the ring.
('ReadRangeRows2Key', $$
SELECT grainid, remindername, starttime, period, version FROM orleansreminderstable
WHERE serviceid = @ServiceId AND (grainhash > @BeginHash OR grainhash <= @EndHash)
$$),
('UpsertReminderRowKey', $$
INSERT INTO orleansreminderstable AS r (serviceid, grainid, remindername, grainhash, starttime, period)
VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period)
ON CONFLICT (serviceid, grainid, remindername) DO UPDATE
SET grainhash = excluded.grainhash, starttime = excluded.starttime, period = excluded.period, version = r.version + 1
RETURNING version
$$),
('DeleteReminderRowKey', $$
WITH removed AS (
    DELETE FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName AND version = @Version
    RETURNING version
)
SELECT count(*)::integer AS removed FROM removed
$$),
('DeleteReminderRowsKey', $$
DELETE FROM orleansreminderstable WHERE serviceid = @ServiceId
$$);
