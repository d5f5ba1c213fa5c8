-- The log keeps all that was ever decided: the newest open lines are found without reading it.
CREATE INDEX session_conflicts_newest ON session_conflicts (id) WHERE NOT resolved;
