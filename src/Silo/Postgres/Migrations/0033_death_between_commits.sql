-- A commit that had looked whether its silo is dead before it was declared so, and is stored after a successor has read the row, would be an acknowledged change that
-- the successor does not know. So a silo dies between commits: its death waits for those under way, and later ones see it. For a second at most: one that
-- takes longer keeps nobody from the sessions of a silo that is lost.
CREATE FUNCTION dies_between_commits() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    before text := current_setting('lock_timeout');
BEGIN
    BEGIN
        PERFORM set_config('lock_timeout', '1s', true);
        -- The terms lock of the session store, which every commit holds.
        PERFORM pg_advisory_xact_lock(113668077453314);
        PERFORM set_config('lock_timeout', before, true);
    EXCEPTION WHEN lock_not_available THEN
        NULL;
    END;
    RETURN NEW;
END $function$;
CREATE TRIGGER dies_between_commits BEFORE UPDATE OF status ON orleansmembershiptable
    FOR EACH ROW WHEN (NEW.status = 6 AND OLD.status <> 6) EXECUTE FUNCTION dies_between_commits();
