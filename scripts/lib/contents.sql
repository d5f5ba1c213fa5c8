-- What is in this database, as one line of JSON: who it belongs to, how new it is, and of each table the number of rows and a sum over
-- their hashes that no order of rows and no setting changes. The same before a backup and after a restore, or one of them is wrong.
-- For a transaction that sees one moment; what it counts it also locks against being dropped.
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';

SELECT string_agg(format(
    'SELECT %L AS name, count(*) AS rows, coalesce(sum((''x'' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text AS hash FROM %s t', c.relname, c.oid::regclass),
    ' UNION ALL ') AS counts
FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \gset

SELECT jsonb_build_object(
    'format', 'gaia-go-backup-1',
    'database', current_database(),
    'server', current_setting('server_version'),
    'taken_at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'cluster', (SELECT min(deploymentid) FROM orleansmembershipversiontable),
    'incarnation', s.incarnation, 'epoch', s.epoch, 'generation', s.generation, 'phase', s.phase, 'salt', s.salt::text,
    'sessions', (SELECT count(*) FROM claude_sessions),
    'schema', (SELECT jsonb_agg(substring(scriptname FROM '[^.]+\.sql$') ORDER BY scriptname) FROM schemaversions),
    'roles', (SELECT jsonb_build_object(
        'silo', coalesce(jsonb_agg(DISTINCT r.rolname) FILTER (WHERE c.relname = 'session_records' AND a.privilege_type = 'INSERT'), '[]'),
        'gateway', coalesce(jsonb_agg(DISTINCT r.rolname) FILTER (WHERE c.relname = 'orleansmembershiptable' AND a.privilege_type = 'SELECT'
            AND NOT has_table_privilege(r.oid, 'session_records', 'INSERT')), '[]'))
        FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid IN ('session_records'::regclass, 'orleansmembershiptable'::regclass) AND a.grantee <> c.relowner),
    'tables', (SELECT jsonb_object_agg(name, jsonb_build_object('rows', rows, 'hash', hash)) FROM (:counts) t))
FROM rollout_state s;
