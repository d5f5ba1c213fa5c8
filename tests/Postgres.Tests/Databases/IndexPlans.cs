using System.Text.RegularExpressions;
using GaiaOrleans.Silo.Postgres.Events;
using GaiaOrleans.Silo.Postgres.Retention;
using GaiaOrleans.Silo.Postgres.Rollouts;
using GaiaOrleans.Silo.Postgres.Runs;
using GaiaOrleans.Silo.Postgres.Sessions;
using GaiaOrleans.Silo.Postgres.Validation;
using GaiaOrleans.Silo.Postgres.Webhooks;
using GaiaOrleans.Silo.Postgres.Windows;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>A statement of the silo under the name that docs/DATABASE_OPTIMIZATION.md gives it.</summary>
/// <param name="Values">As EXECUTE takes them, one for each type.</param>
/// <param name="Lookup">It runs on a connection that prefers indexes.</param>
internal sealed record IndexedStatement(string Name, string Sql, string Types = "", string Values = "", bool Lookup = false)
{
    private const string Preferring = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; ";

    public string Explain => $"{(Lookup ? Preferring : "")}PREPARE asked{(Types.Length > 0 ? $"({Types})" : "")} AS {Sql}; EXPLAIN (COSTS OFF) EXECUTE asked{(Values.Length > 0 ? $"({Values})" : "")}";
}

/// <summary>Which statement is served by which index: every one that the silo asks often, or over a table that grows.</summary>
internal static class IndexPlans
{
    private const string Age = "integer, interval", Sweep = "1000, '30 days'", Since = "timestamptz, timestamptz";

    public static readonly IReadOnlyList<IndexedStatement> Statements =
    [
        new("load", SessionSql.Load, "text[], interval", "'{s-1,s-2}', '24 hours'", Lookup: true),
        new("list", $"SELECT {SessionSql.SelectColumns} FROM session_records r WHERE r.deleted_at IS NULL AND r.id > $1 ORDER BY r.id LIMIT $2", "text, integer", "'s-5', 100", Lookup: true),
        new("compare", SessionSql.Compared, "text[]", "'{s-1,s-2}'", Lookup: true),
        new("commit", SessionSql.Commit, Values: Nulls(SessionSql.Commit, last: "'24 hours'"), Lookup: true),
        new("commit-without-keys", SessionSql.CommitWithoutKeys, Values: Nulls(SessionSql.CommitWithoutKeys), Lookup: true),
        new("acknowledge", SessionSql.Acknowledge, Values: Nulls(SessionSql.Acknowledge), Lookup: true),
        new("claim-due", SessionSql.ClaimDue, "integer, interval", "100, '5 s'", Lookup: true),
        new("hasten", SessionSql.Hasten, "integer", "100", Lookup: true),
        new("list-behind", $"SELECT {SessionSql.SelectColumns} FROM session_records r WHERE {SessionSql.ServedHere} LIMIT $1", "integer", "100", Lookup: true),
        new("lag", SessionSql.Lag, Lookup: true),
        new("mark-tombstones", RetentionSql.MarkTombstones, "integer", "1000"),
        new("sweep-tombstones", RetentionSql.Tombstones, Age, Sweep),
        new("find-key", SessionSql.FindKey, "text, text, interval", "'s-1', 'k-1', '24 hours'", Lookup: true),
        new("conflicts", SessionSql.OpenConflicts, "integer", "10"),
        new("all-conflicts", SessionSql.AllConflicts, "integer", "10"),
        new("log-conflicts", SessionSql.LogConflicts, Values: Nulls(SessionSql.LogConflicts), Lookup: true),
        new("errors", "SELECT id, at FROM migration_errors WHERE at >= $2 ORDER BY id DESC LIMIT $1", "integer, timestamptz", "50, '-infinity'"),
        new("settle-errors", SessionSql.SettleErrors, "text[], bigint[]", "'{s-1,s-2}', '{1,1}'", Lookup: true),
        new("sweep-errors", RetentionSql.Errors, Age, Sweep),
        new("validation-errors", ValidationSql.Newest(open: true), "integer", "100"),
        new("mismatches", ValidationSql.Mismatches, "integer, text, text", "100, 's-5', 'status'"),
        new("renew-validation-errors", ValidationSql.Renew, "uuid, text[]", "NULL, '{s-1,s-2}'"),
        new("all-validation-errors", ValidationSql.Newest(open: false), "integer", "100"),
        new("sweep-validation-errors", RetentionSql.ValidationErrors, Age, Sweep),
        new("close-minute", WindowSql.Close, "text, timestamptz, numeric, smallint, text[]", "'gaia_node_1', now(), 0, 0::smallint, '{gaia_node_1}'"),
        new("sum-up", WindowSql.SumUp, "timestamptz[]", "ARRAY[now()]"),
        new("sweep-windows", RetentionSql.Windows, Age, Sweep),
        new("soaked", WindowSql.Soaked(1), $"{Since}, {Since}, numeric", "now() - interval '2 days', now(), now() - interval '2 days', now(), 50"),
        new("breach", WindowSql.LastBreach, "timestamptz", "now() - interval '2 days'"),
        new("sweep-minutes", RetentionSql.Minutes, Age, Sweep),
        new("latencies", WindowSql.Latencies, $"{Since}, {Since}", "now() - interval '3 hours', now(), now() - interval '2 hours', now() - interval '1 hour'"),
        new("sweep-hours", RetentionSql.Hours, Age, Sweep),
        new("ledger", PostgresRunLedger.Newest(ofOne: false), "text, text, integer, timestamptz, text", "'verify', 'run-1', 100, 'infinity', ''", Lookup: true),
        new("ledger-entry", $"{PostgresRunLedger.Select} AND session_id = $3", "text, text, text", "'verify', 'run-1', 's-1'", Lookup: true),
        new("seals", SealSql.Select, "text[]", "'{b-1,b-2}'", Lookup: true),
        new("follow-events", EventSql.After, "bigint, integer", "19000, 100"),
        new("events", EventSql.Newest, "integer, text[]", "100, '{}'"),
        new("sweep-events", RetentionSql.Events, Age, "1000, '365 days'"),
        new("deliveries", PostgresDeliveryLog.Select, "integer", "10", Lookup: true),
        new("sweep-deliveries", RetentionSql.Deliveries, Age, "1000, '90 days'"),
        new("unfed", RolloutSql.Unfed),
        new("history", RolloutSql.History, "integer", "10"),
        new("milestones", RolloutSql.Milestones, "integer", "10"),
    ];

    /// <summary>Enough of everything that reading all of a table costs more than its index.</summary>
    public const string Rows = """
        INSERT INTO session_records (id, status, version, legacy_version, generation, recent_sends, attempts, commit_id, deleted_at, tombstone_at, tombstone_version, pending_since, next_attempt_at)
            SELECT 's-' || i, 'idle', 2, CASE WHEN i % 500 = 0 THEN 1 ELSE 2 END, 1, '[]', 0, gen_random_uuid(), CASE WHEN i % 500 = 1 THEN now() - interval '40 days' END,
                CASE WHEN i % 1000 = 1 THEN now() - interval '40 days' END, CASE WHEN i % 1000 = 1 THEN 2 END, CASE WHEN i % 500 = 0 THEN now() END, CASE WHEN i % 500 = 0 THEN now() END
            FROM generate_series(1, 20000) i;
        INSERT INTO session_keys SELECT 's-' || i % 200, 'k-' || i, 'hash', 200, 1, now() + (i % 3) * interval '1 day' FROM generate_series(1, 40000) i;
        INSERT INTO session_conflicts (session_id, field, resolved, commit_id) SELECT 's-' || i, 'status', i % 100 <> 0, gen_random_uuid() FROM generate_series(1, 20000) i;
        INSERT INTO migration_errors (at, session_id, side, operation, code, message, attempt, version, resolved)
            SELECT now() - i * interval '2 minutes', 's-' || i, 'python', 'put', '503', 'x', 1, 1, i % 100 <> 0 FROM generate_series(20000, 1, -1) i;
        INSERT INTO validation_errors (at, session_id, field, rule, source, resolved)
            SELECT now() - i * interval '2 minutes', 's-' || i, 'status', 'type', 'verify', i % 100 <> 0 FROM generate_series(20000, 1, -1) i;
        INSERT INTO rollout_minutes (minute, silos, breach) SELECT date_trunc('minute', now()) - i * interval '1 minute', 3, i % 1000 = 0 FROM generate_series(40000, 1, -1) i;
        INSERT INTO rollout_windows (silo, minute, total, successful, partial, failed, adopted, go_requests, go_errors, python_requests, python_errors, go_latency, python_latency, dual_write_latency)
            SELECT 'gaia_node_' || n, date_trunc('minute', now()) - i * interval '1 minute', 1, 1, 0, 0, 0, 1, 0, 1, 0, '{1,2}', '{1,2}', '{1,2}' FROM generate_series(15000, 1, -1) i, generate_series(1, 3) n;
        INSERT INTO rollout_hours SELECT date_trunc('hour', now()) - i * interval '1 hour', '{1,2}', '{1,2}', '{1,2}' FROM generate_series(1, 2000) i;
        INSERT INTO run_ledger SELECT 'verify', 'run-' || i % 10, 's-' || i, 'failed', 'status', 'differs', now() - i * interval '1 minute' FROM generate_series(1, 20000) i;
        ALTER TABLE rollout_events DISABLE TRIGGER USER;
        INSERT INTO rollout_events (at, kind, data) SELECT now() - i * interval '3 minutes', 'split', '{}' FROM generate_series(20000, 1, -1) i;
        ALTER TABLE rollout_events ENABLE TRIGGER USER;
        INSERT INTO webhook_deliveries (at, webhook_id, event_id, kind, attempt, delivered, took_ms) SELECT now() - i * interval '2 minutes', 'w', i, 'split', 1, true, 1 FROM generate_series(20000, 1, -1) i;
        INSERT INTO verified_buckets SELECT 'b-' || i, gen_random_uuid(), '{}', gen_random_uuid() FROM generate_series(1, 5000) i;
        INSERT INTO rollout_history (epoch, at, actor, action, from_state, to_state, forced, from_percentage, to_percentage)
            SELECT i, now(), 'x', CASE WHEN i % 10 = 0 THEN 'split' ELSE 'pin' END, '', '', false, CASE WHEN i % 10 = 0 THEN 10 END, CASE WHEN i % 10 = 0 THEN 20 END FROM generate_series(10, 3000) i;
        ANALYZE
        """;

    private static string Nulls(string sql, string last = "NULL") =>
        string.Join(", ", Enumerable.Repeat("NULL", Regex.Matches(sql, @"\$(\d+)").Max(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)) - 1).Append(last));
}
