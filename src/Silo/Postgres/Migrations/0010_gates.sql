-- When the present phase began: what a gate counts, it counts from here. Of a phase that is under way only its last change is known.
ALTER TABLE rollout_state ADD COLUMN phase_since timestamptz;
UPDATE rollout_state SET phase_since = updated_at;
ALTER TABLE rollout_state ALTER COLUMN phase_since SET NOT NULL;

-- Whoever changes the phase or the incarnation without saying since when does so now: what was seen before says nothing about it.
CREATE FUNCTION rollout_phase_begins() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    NEW.phase_since := clock_timestamp();
    RETURN NEW;
END $function$;
CREATE TRIGGER phase_begins BEFORE UPDATE ON rollout_state FOR EACH ROW
    WHEN ((OLD.phase <> NEW.phase OR OLD.incarnation <> NEW.incarnation) AND OLD.phase_since = NEW.phase_since)
    EXECUTE FUNCTION rollout_phase_begins();

-- What the gates of an advance said. NULL = none was asked.
ALTER TABLE rollout_history ADD COLUMN verdicts jsonb;
