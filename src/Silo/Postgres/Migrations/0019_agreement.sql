-- What both sides last agreed on, while legacy lacks a change of ours and others write there too (Legacy:DirectWriters): the next activation
-- must still tell their change from a mere respelling.
ALTER TABLE session_records ADD COLUMN agreed jsonb;
