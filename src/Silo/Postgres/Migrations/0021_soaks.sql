-- The silos that may have been active while a silo counted, each of which must have reported the minute before it is complete: by name, because
-- a count is also reached by another one that came meanwhile. active_silos is written by older builds only.
ALTER TABLE rollout_windows ADD COLUMN alive text[] NOT NULL DEFAULT '{}';

-- The last breach is asked for each time that a gate is looked at, and there are few.
CREATE INDEX rollout_minutes_breach ON rollout_minutes (minute) WHERE breach;
