-- A member's name may be longer than an index can hold, and its conflict could then not be stored, nor anything else of its session.
DROP INDEX session_conflicts_commit;
CREATE UNIQUE INDEX session_conflicts_commit ON session_conflicts (session_id, md5(field), commit_id);
