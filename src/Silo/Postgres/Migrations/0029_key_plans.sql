-- In a day's table that was never analyzed both indexes cost PostgreSQL the same for finding one key, and of two that cost the same it took the
-- one that was made last: by session and time, which reads all of the session's keys of that day. The key's own is made last now.
CREATE OR REPLACE FUNCTION session_keys_add(day date) RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
    name text := 'session_keys_' || to_char(day, 'YYYYMMDD');
    low  timestamptz := day::timestamp AT TIME ZONE 'UTC';
    high timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN false; END IF;
    LOCK TABLE ONLY session_keys IN SHARE UPDATE EXCLUSIVE MODE;
    LOCK TABLE session_keys_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE session_keys INCLUDING ALL EXCLUDING INDEXES)', name);
    EXECUTE format('CREATE INDEX ON %I (session_id, at DESC)', name);
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (session_id, key, at)', name);
    EXECUTE format('WITH late AS (DELETE FROM session_keys_default WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %I SELECT * FROM late', low, high, name);
    EXECUTE format('ALTER TABLE session_keys ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, low, high);
    RETURN true;
END $function$;
-- Replacing a function takes these from it.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION session_keys_add(date) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END $$;

-- Days that are there already are made anew where they are empty and nobody is at them: a commit must not wait behind somebody's backup for this.
DO $$
DECLARE
    day  date;
    used boolean;
BEGIN
    LOCK TABLE session_keys IN ACCESS EXCLUSIVE MODE NOWAIT;
    FOR day IN SELECT to_date(right(c.relname, 8), 'YYYYMMDD') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'session_keys'::regclass AND c.relname ~ '^session_keys_[0-9]{8}$'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', 'session_keys_' || to_char(day, 'YYYYMMDD')) INTO used;
        CONTINUE WHEN used;
        EXECUTE format('DROP TABLE %I', 'session_keys_' || to_char(day, 'YYYYMMDD'));
        PERFORM session_keys_add(day);
    END LOOP;
EXCEPTION WHEN lock_not_available THEN NULL;
END $$;
