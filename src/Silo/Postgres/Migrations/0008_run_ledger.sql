-- What runs have to say about single sessions: everything but plain success. Swept with the errors.
CREATE TABLE run_ledger (
    kind       text NOT NULL,
    run_id     text NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    outcome    text NOT NULL,
    field      text,
    reason     text,
    at         timestamptz NOT NULL,
    PRIMARY KEY (kind, run_id, session_id)
);
CREATE INDEX run_ledger_newest ON run_ledger (kind, run_id, at DESC);
CREATE INDEX run_ledger_at ON run_ledger USING brin (at);
