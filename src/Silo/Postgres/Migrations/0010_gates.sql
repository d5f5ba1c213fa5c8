-- When the present phase began: what a gate counts, it counts from here. Of a phase that is under way only its last change is known.
ALTER TABLE rollout_state ADD COLUMN phase_since timestamptz;
UPDATE rollout_state SET phase_since = updated_at;
ALTER TABLE rollout_state ALTER COLUMN phase_since SET NOT NULL;

-- What the gates of an advance said. NULL = none was asked.
ALTER TABLE rollout_history ADD COLUMN verdicts jsonb;
