-- What runs had to say is kept as evidence and not swept, so nothing looks for it by age alone.
DROP INDEX run_ledger_at;
