-- What the history says that a rollout was and became, spelled as the silos and the API spell it: dual_write, go_leads, both.
CREATE OR REPLACE FUNCTION rollout_described(s rollout_state) RETURNS text LANGUAGE sql IMMUTABLE AS $function$
    SELECT lower(regexp_replace(
        format('%s %s%% %sdual-write %s%s %s %s conflicts %s', s.phase, trim_scale(s.go_percentage), CASE WHEN s.paused IS NULL THEN '' ELSE 'paused ' END,
            CASE WHEN s.enabled THEN 'on' ELSE 'off' END, CASE WHEN s.closing THEN ' closing' ELSE '' END, s.mode, s.ack, s.conflict_strategy),
        '([a-z])([A-Z])', '\1_\2', 'g'))
$function$;
