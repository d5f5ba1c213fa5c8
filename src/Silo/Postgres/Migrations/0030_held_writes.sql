-- As the history describes a state: also which value is in force while writes are held.
CREATE OR REPLACE FUNCTION rollout_described(s rollout_state) RETURNS text LANGUAGE sql IMMUTABLE AS $function$
    SELECT format('%s %s%% %sdual-write %s%s %s %s conflicts %s', s.phase, trim_scale(s.go_percentage), CASE WHEN s.paused IS NULL THEN '' ELSE 'paused ' END,
        CASE WHEN s.enabled THEN 'on' ELSE 'off' END, CASE WHEN s.closing THEN ' closing' ELSE '' END, s.mode, s.ack, s.conflict_strategy)
$function$;
