-- Until when, on this clock, a request of ours that GAIA_HOME did not answer may still be carried out there, after later ones: until then the target
-- serves the session, then GAIA_HOME is looked at. It was in a silo's memory alone, and lost with it.
ALTER TABLE session_records ADD COLUMN late_until timestamptz;
CREATE INDEX session_records_late ON session_records (late_until) WHERE late_until IS NOT NULL;
