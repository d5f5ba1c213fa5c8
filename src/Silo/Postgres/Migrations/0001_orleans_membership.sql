-- Orleans reads its SQL from orleansquery: parameters and result columns are its contract, the tables are ours.
CREATE TABLE orleansquery (
    querykey  varchar(64) PRIMARY KEY,
    querytext text NOT NULL
);

CREATE TABLE orleansmembershipversiontable (
    deploymentid text PRIMARY KEY,
    version      integer NOT NULL DEFAULT 0,
    changedat    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orleansmembershiptable (
    deploymentid text NOT NULL REFERENCES orleansmembershipversiontable ON DELETE CASCADE,
    address      text NOT NULL,
    port         integer NOT NULL,
    generation   integer NOT NULL,
    siloname     text NOT NULL,
    hostname     text NOT NULL,
    status       integer NOT NULL,
    proxyport    integer NOT NULL,
    suspecttimes text,
    starttime    timestamptz NOT NULL,
    iamalivetime timestamptz NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation)
);

-- A membership change locks the version row first (one lock order, so no deadlock), then changes the member, and only then
-- bumps the version: an answer of 0 has changed nothing, and there is nothing to roll back.
INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $$
WITH added AS (
    INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING deploymentid
)
SELECT count(*)::integer AS added FROM added
$$),
('InsertMembershipKey', $$
WITH held AS MATERIALIZED (
    SELECT deploymentid FROM orleansmembershipversiontable
    WHERE deploymentid = @DeploymentId AND version = @Version
    FOR NO KEY UPDATE
), added AS (
    INSERT INTO orleansmembershiptable
        (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
    SELECT deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM held
    ON CONFLICT DO NOTHING
    RETURNING deploymentid
), bumped AS (
    UPDATE orleansmembershipversiontable v SET version = v.version + 1, changedat = now()
    FROM added WHERE v.deploymentid = added.deploymentid
    RETURNING v.version
)
SELECT count(*)::integer AS added FROM bumped
$$),
('UpdateMembershipKey', $$
WITH held AS MATERIALIZED (
    SELECT deploymentid FROM orleansmembershipversiontable
    WHERE deploymentid = @DeploymentId AND version = @Version
    FOR NO KEY UPDATE
), changed AS (
    UPDATE orleansmembershiptable m
    SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
    FROM held
    WHERE m.deploymentid = held.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING m.deploymentid
), bumped AS (
    UPDATE orleansmembershipversiontable v SET version = v.version + 1, changedat = now()
    FROM changed WHERE v.deploymentid = changed.deploymentid
    RETURNING v.version
)
SELECT count(*)::integer AS changed FROM bumped
$$),
('UpdateIAmAlivetimeKey', $$
UPDATE orleansmembershiptable SET iamalivetime = @IAmAliveTime
WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),
('MembershipReadAllKey', $$
SELECT v.version, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport,
       m.suspecttimes, m.starttime, m.iamalivetime
FROM orleansmembershipversiontable v
LEFT JOIN orleansmembershiptable m ON m.deploymentid = v.deploymentid
WHERE v.deploymentid = @DeploymentId
$$),
('MembershipReadRowKey', $$
SELECT v.version, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport,
       m.suspecttimes, m.starttime, m.iamalivetime
FROM orleansmembershipversiontable v
LEFT JOIN orleansmembershiptable m
    ON m.deploymentid = v.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deploymentid = @DeploymentId
$$),
('GatewaysQueryKey', $$
SELECT address, proxyport, generation FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0
$$),
('DeleteMembershipTableEntriesKey', $$
DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId
$$),
-- A dead row with votes stays: SQL cannot tell whether one of them is newer than the cutoff. The single-row query below can.
('CleanupDefunctSiloEntriesKey', $$
DELETE FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND status = 6 AND coalesce(suspecttimes, '') = ''
  AND starttime < @IAmAliveTime AND iamalivetime < @IAmAliveTime
$$),
('CleanupDefunctSiloEntryKey', $$
DELETE FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
  AND status = 6 AND coalesce(suspecttimes, '') = coalesce(@SuspectTimes, '')
  AND starttime = @StartTime AND iamalivetime = @IAmAliveTime
$$);
