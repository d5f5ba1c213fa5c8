-- Stretches of legacy's list whose sessions were all found equal, with a hash over both sides and the terms of the comparison.
CREATE TABLE verified_buckets (
    key   text COLLATE "C" PRIMARY KEY,
    hash  uuid NOT NULL,
    noise jsonb NOT NULL,
    -- which walk of a verification kept it last
    pass  uuid NOT NULL
);
