-- What the guard found and did, with the figures it rests on.
CREATE TABLE guard_entries (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    action  text NOT NULL,
    verdict text NOT NULL,
    entry   jsonb NOT NULL
);
