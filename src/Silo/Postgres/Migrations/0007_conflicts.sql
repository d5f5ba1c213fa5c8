-- What an operator still has to decide about; the log below has the values.
ALTER TABLE session_records ADD COLUMN conflict jsonb;

-- Which commit wrote the line last: a commit that is tried again writes it once.
ALTER TABLE session_conflicts ADD COLUMN commit_id uuid;
CREATE UNIQUE INDEX session_conflicts_commit ON session_conflicts (session_id, field, commit_id);

-- The strategy is spelled like the other settings of the rollout now.
UPDATE rollout_state SET conflict_strategy = CASE conflict_strategy
    WHEN 'go_leads' THEN 'GoLeads' WHEN 'python_leads' THEN 'PythonLeads' WHEN 'latest' THEN 'Latest' WHEN 'manual' THEN 'Manual' ELSE conflict_strategy END;
