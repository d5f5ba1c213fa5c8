using GaiaOrleans.Silo.Postgres.Validation;

namespace GaiaOrleans.Silo.Postgres.Retention;

/// <summary>The statements of the sweep. Each takes a bounded number of rows ($1) and passes over those that somebody else has locked; ages ($2) are on the database's clock.</summary>
internal static class RetentionSql
{
    /// <summary>Whoever holds it sweeps.</summary>
    public const long Lock = 0x6761_6961_0003; // "gaia", 3

    public const string TakeLock = "SELECT pg_try_advisory_lock($1)";

    public const string GiveBackLock = "SELECT pg_advisory_unlock($1)";

    /// <summary>A day's table is attached or dropped at once or at the next sweep: whoever waits for its lock has every commit wait behind it.</summary>
    public const string Impatient = "SET lock_timeout = '300ms'";

    /// <summary>Also the next two days, so that a sweep may fail for a day without a key going astray.</summary>
    public const string AddKeyDays = "SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date + $1)";

    /// <summary>Drops one day's table of which nothing is known any more; false when there is none.</summary>
    public const string DropKeyDay = "SELECT session_keys_drop($1)";

    public const string StrayKeys = """
        DELETE FROM session_keys_default WHERE (session_id, key, at) IN (
            SELECT session_id, key, at FROM session_keys_default WHERE at <= now() - $2 LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    public const string Errors = """
        DELETE FROM migration_errors WHERE id IN (SELECT id FROM migration_errors WHERE resolved AND at < now() - $2 LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    public const string ValidationErrors = """
        DELETE FROM validation_errors WHERE id IN (
            SELECT id FROM validation_errors WHERE resolved AND at < now() - $2 ORDER BY at LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    public const string Events = "DELETE FROM rollout_events WHERE id IN (SELECT id FROM rollout_events WHERE at < now() - $2 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)";

    public const string Deliveries = "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE at < now() - $2 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)";

    public const string SettleValidationErrors = ValidationSql.Settle;

    /// <summary>Old minutes become part of one kept row, whose minute is before all others: the sums over the table stay what they were.</summary>
    public const string Minutes = """
        WITH old AS (
            DELETE FROM rollout_minutes WHERE minute IN (
                SELECT minute FROM rollout_minutes WHERE minute > '-infinity' AND minute < now() - $2 ORDER BY minute LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING *),
        kept AS (
            INSERT INTO rollout_minutes AS w (minute,
                total, successful, partial, failed, adopted, go_charged, go_charged_errors, go_requests, go_errors, python_charged, python_charged_errors,
                python_requests, python_errors)
            SELECT '-infinity',
                sum(total), sum(successful), sum(partial), sum(failed), sum(adopted), sum(go_charged), sum(go_charged_errors), sum(go_requests), sum(go_errors),
                sum(python_charged), sum(python_charged_errors), sum(python_requests), sum(python_errors)
            FROM old HAVING count(*) > 0
            ON CONFLICT (minute) DO UPDATE SET
                total = w.total + EXCLUDED.total, successful = w.successful + EXCLUDED.successful, partial = w.partial + EXCLUDED.partial,
                failed = w.failed + EXCLUDED.failed, adopted = w.adopted + EXCLUDED.adopted, go_charged = w.go_charged + EXCLUDED.go_charged,
                go_charged_errors = w.go_charged_errors + EXCLUDED.go_charged_errors, go_requests = w.go_requests + EXCLUDED.go_requests,
                go_errors = w.go_errors + EXCLUDED.go_errors, python_charged = w.python_charged + EXCLUDED.python_charged,
                python_charged_errors = w.python_charged_errors + EXCLUDED.python_charged_errors, python_requests = w.python_requests + EXCLUDED.python_requests,
                python_errors = w.python_errors + EXCLUDED.python_errors)
        SELECT count(*)::integer FROM old
        """;

    public const string Windows = """
        DELETE FROM rollout_windows WHERE (silo, minute) IN (
            SELECT silo, minute FROM rollout_windows WHERE minute < now() - $2 ORDER BY minute LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    public const string Hours = """
        DELETE FROM rollout_hours WHERE hour IN (SELECT hour FROM rollout_hours WHERE hour < now() - $2 ORDER BY hour LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>When legacy acknowledged a delete is not stored: it counts from the first sweep that finds this very version on both sides.</summary>
    public const string MarkTombstones = $"""
        UPDATE session_records SET tombstone_at = now(), tombstone_version = version WHERE id IN (
            SELECT id FROM session_records WHERE {Acknowledged} AND tombstone_version IS DISTINCT FROM version LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>What an operator still has to decide about stays, whatever its age.</summary>
    public const string Tombstones = $"""
        DELETE FROM session_records WHERE id IN (
            SELECT id FROM session_records r WHERE {Acknowledged} AND tombstone_version = version AND tombstone_at < now() - $2
                AND NOT EXISTS (SELECT FROM session_conflicts c WHERE c.session_id = r.id AND NOT c.resolved)
            LIMIT $1 FOR UPDATE OF r SKIP LOCKED)
        """;

    private const string Acknowledged =
        "deleted_at IS NOT NULL AND legacy_version >= version AND intent IS NULL AND rejected IS NULL AND conflict IS NULL AND coalesce(send_lease_until, '-infinity') < now()";
}
