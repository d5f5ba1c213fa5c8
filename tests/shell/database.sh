# shellcheck shell=bash
# A PostgreSQL of this test's own with the cluster's schema and some sessions in it, without a cluster. Needs $folder; sets GAIA_POSTGRES.

. "$ROOT/scripts/lib/script.sh"
. "$ROOT/scripts/lib/dumps.sh"
QUIET=1

own_database() {
    chmod 755 "$folder"
    STATE=$folder/state RUN=$folder/state/run LOGS=$folder/state/logs
    prepare_folders
    find_or_install_postgres || { echo "skipped: no PostgreSQL server"; exit 77; }
    start_postgres
    GAIA_POSTGRES=$(private_connection)
    export GAIA_POSTGRES
    export_connection "$GAIA_POSTGRES"
    PSQL=$(postgres_program psql)
    # A cluster of the first build, brought up to this one: whatever columns came later have what they have there.
    query 'CREATE TABLE schemaversions (schemaversionsid serial PRIMARY KEY, scriptname varchar(255) NOT NULL, applied timestamp NOT NULL)'
    mkdir "$folder/first" && cp "$MIGRATIONS"/000[1-8]*.sql "$folder/first/"
    MIGRATIONS=$folder/first upgrade_schema gaia
    query "INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('gaia')"
    query "INSERT INTO rollout_state (id, incarnation, epoch, fenced_epoch, generation, phase, go_percentage, enabled, closing, mode, ack, conflict_strategy, salt, updated_at, updated_by)
         VALUES (1, 1, 7, 7, 2, 'GradualRollout', 10, true, false, 'GoLeads', 'Both', 'GoLeads', 42, now(), 'test')"
    upgrade_schema gaia
}

# In sync with legacy, and with all that a row can have.
add_sessions() { # COUNT
    query "INSERT INTO session_records (id, session_name, status, current_task_count, metadata, created_at, extra, version, legacy_version, generation, legacy_hash, recent_sends, attempts, commit_id)
         SELECT 's' || n, 'ünï \"' || n, 'active', n % 7, jsonb_build_object('n', n, 'text', E'line\\nbreak'), now() - n * interval '1.000001 s', '{\"unknown\": [1.50]}', 3, 3, 2, 'h' || n,
                '[{\"hash\": \"a\", \"version\": 2, \"at\": \"2026-01-01T00:00:00Z\"}]', 0, gen_random_uuid()
         FROM generate_series(1, $1) n"
}

stop_database() {
    (stop_postgres) >/dev/null 2>&1
    (wipe_postgres) >/dev/null 2>&1
}
