-- What a session remembers of its latest changes, as bytes: as JSON it was parsed, sorted and compressed with every change of a busy session.
-- recent_sends is read where a silo of a build before this one has written it last, and emptied with the next change.
ALTER TABLE session_records ADD COLUMN sent bytea;
ALTER TABLE session_records ALTER COLUMN recent_sends SET DEFAULT '[]';
