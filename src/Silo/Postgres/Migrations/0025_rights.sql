-- Two roles: the owner, who changes this schema, and the one that silos run as, who changes rows. Where one role does both nothing of this shows.

-- Days of keys come and go while silos run, so adding one and dropping one is done with the owner's rights, whoever asks.
-- Drops the oldest day of which nothing is known any more; false when there is none. One at a time: each waits for its own locks only.
CREATE FUNCTION session_keys_drop(kept interval) RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
    day regclass;
BEGIN
    SELECT c.oid INTO day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'session_keys'::regclass AND c.relname ~ '^session_keys_[0-9]{8}$'
        AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' <= now() - kept
    ORDER BY c.relname LIMIT 1;
    IF day IS NULL THEN RETURN false; END IF;
    EXECUTE format('DROP TABLE %s', day);
    RETURN true;
END $function$;

-- Names in them mean this schema's: the caller's temporary tables come last.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION session_keys_add(date) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION session_keys_drop(interval) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE ALL ON FUNCTION session_keys_add(date), session_keys_drop(interval) FROM PUBLIC;

-- What a silo needs: it adds to the audit and changes nothing of it, and only reads the statements that Orleans is given and the schema's version.
CREATE FUNCTION silo_rights() RETURNS TABLE (relation regclass, rights text[]) LANGUAGE sql STABLE AS $function$
    SELECT c.oid::regclass, CASE
        WHEN c.relkind = 'v' OR c.relname IN ('orleansquery', 'schemaversions') THEN '{SELECT}'
        WHEN c.relname = 'rollout_history' THEN '{SELECT,INSERT}'
        ELSE '{SELECT,INSERT,UPDATE,DELETE}' END::text[]
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v') AND (NOT c.relispartition OR c.relname = 'session_keys_default')
        AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'session_records'::regclass)
$function$;

-- For the owner to call. A silo that knows the owner's connection does so when it starts.
CREATE FUNCTION grant_silo(role name) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    needed record;
BEGIN
    -- Who has the owner's rights has all there are.
    IF pg_has_role(role, (SELECT relowner FROM pg_class WHERE oid = 'session_records'::regclass), 'USAGE') THEN RETURN; END IF;
    -- What every role may do unless it is told otherwise.
    IF pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE') THEN
        EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    END IF;
    IF pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = current_schema()), 'USAGE') THEN
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
    END IF;
    REVOKE ALL ON FUNCTION session_keys_add(date), session_keys_drop(interval) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION session_keys_add(date), session_keys_drop(interval) TO %I', role);
    FOR needed IN SELECT * FROM silo_rights() LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', needed.relation, role);
        EXECUTE format('GRANT %s ON %s TO %I', array_to_string(needed.rights, ', '), needed.relation, role);
    END LOOP;
END $function$;

-- A standalone gateway looks which silos there are, and asks them for everything else.
CREATE FUNCTION grant_gateway(role name) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
    IF pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = current_schema()), 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
    END IF;
    EXECUTE format('GRANT SELECT ON orleansquery, orleansmembershiptable TO %I', role);
END $function$;

REVOKE ALL ON FUNCTION grant_silo(name), grant_gateway(name) FROM PUBLIC;
