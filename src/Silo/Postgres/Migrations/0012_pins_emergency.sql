-- Sessions whose side was decided by hand: part of the row, because a change of them is a change of the rollout.
ALTER TABLE rollout_state ADD COLUMN pins jsonb NOT NULL DEFAULT '[]';

-- A gateway that forwards everything to legacy on its own says so with its heartbeat.
ALTER TABLE rollout_gateways ADD COLUMN emergency boolean NOT NULL DEFAULT false;
