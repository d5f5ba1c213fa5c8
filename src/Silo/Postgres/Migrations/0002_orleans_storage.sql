-- Orleans also sends hashes of the grain id and the state name. They are not stored: the unique index finds the row without them.
CREATE TABLE orleansstorage (
    serviceid              text NOT NULL,
    graintypestring        text NOT NULL,
    grainidextensionstring text,
    grainidn0              bigint NOT NULL,
    grainidn1              bigint NOT NULL,
    version                integer NOT NULL,
    payloadbinary          bytea,
    modifiedon             timestamptz NOT NULL DEFAULT now()
);

-- NULLS NOT DISTINCT because grains with integer and guid keys have no extension, and must still have one row each.
CREATE UNIQUE INDEX orleansstorage_key
    ON orleansstorage (serviceid, graintypestring, grainidextensionstring, grainidn0, grainidn1) NULLS NOT DISTINCT;

INSERT INTO orleansquery (querykey, querytext) VALUES
('ReadFromStorageKey', $$
SELECT payloadbinary, version FROM orleansstorage
WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
  AND (grainidextensionstring = @GrainIdExtensionString OR grainidextensionstring IS NULL AND @GrainIdExtensionString IS NULL)
  AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
$$),
-- No row is the answer to a conflict: a first write that found a row, or a later one that found another version.
('WriteToStorageKey', $$
WITH changed AS (
    UPDATE orleansstorage SET payloadbinary = @PayloadBinary, version = version + 1, modifiedon = now()
    WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
      AND (grainidextensionstring = @GrainIdExtensionString OR grainidextensionstring IS NULL AND @GrainIdExtensionString IS NULL)
      AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND version = @GrainStateVersion
    RETURNING version
), added AS (
    INSERT INTO orleansstorage
        (serviceid, graintypestring, grainidextensionstring, grainidn0, grainidn1, version, payloadbinary)
    SELECT @ServiceId, @GrainTypeString, @GrainIdExtensionString, @GrainIdN0, @GrainIdN1, 1, @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
)
SELECT version AS newgrainstateversion FROM changed UNION ALL SELECT version FROM added
$$),
('ClearStorageKey', $$
UPDATE orleansstorage SET payloadbinary = NULL, version = version + 1, modifiedon = now()
WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
  AND (grainidextensionstring = @GrainIdExtensionString OR grainidextensionstring IS NULL AND @GrainIdExtensionString IS NULL)
  AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND version = @GrainStateVersion
RETURNING version AS newgrainstateversion
$$),
('DeleteStorageKey', $$
DELETE FROM orleansstorage
WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
  AND (grainidextensionstring = @GrainIdExtensionString OR grainidextensionstring IS NULL AND @GrainIdExtensionString IS NULL)
  AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND version = @GrainStateVersion
RETURNING version + 1 AS newgrainstateversion
$$);
