-- From which percentage to which an entry moved the split, for who reasons with it: the texts beside it are for people.
-- NULL where the split did not move, in entries of an older build, and where a new incarnation began.
ALTER TABLE rollout_history ADD COLUMN from_percentage numeric(5, 2), ADD COLUMN to_percentage numeric(5, 2);
