using Npgsql;

namespace GaiaOrleans.Benchmarks.Gates;

/// <summary>Thirty days in which three silos reported every minute, all of them in the present phase.</summary>
internal static class WindowMonth
{
    public const int Minutes = 30 * 24 * 60;
    public const int Silos = 3;

    private const string Reported = """
        TRUNCATE rollout_windows, rollout_minutes, rollout_hours;
        CREATE TEMPORARY TABLE month AS SELECT date_trunc('minute', now()) - make_interval(mins => i) AS minute FROM generate_series(1, 43200) AS i;
        INSERT INTO rollout_windows (silo, minute, from_start, to_end, go_percentage, phase, alive, total, successful, partial, failed, adopted, go_requests, go_errors,
                python_requests, python_errors, go_charged, go_charged_errors, python_charged, python_charged_errors, go_latency, python_latency, dual_write_latency, lag_p95_ms, lag_max_ms)
            SELECT 'silo-' || n || '/1', minute, true, true, 50, 2, ARRAY['silo-1/1', 'silo-2/1', 'silo-3/1'], 100, 100, 0, 0, 0, 100, 0, 100, 0, 200, 0, 200, 0,
                latency, latency, latency, 1, 2
            FROM month, generate_series(1, 3) AS n, (SELECT array_agg((random() * 10)::bigint) AS latency FROM generate_series(1, $BUCKETS)) AS l;
        INSERT INTO rollout_minutes (minute, silos, complete, go_percentage, phase, total, successful, go_requests, python_requests, go_charged, python_charged, lag_p95_ms, lag_max_ms)
            SELECT minute, 3, true, 50, 2, 300, 300, 300, 300, 600, 600, 1, 2 FROM month;
        INSERT INTO rollout_hours (hour, go_latency, python_latency, dual_write_latency)
            SELECT DISTINCT date_trunc('hour', minute, 'UTC'), latency, latency, latency FROM month, (SELECT array_agg((random() * 1800)::bigint) AS latency FROM generate_series(1, $BUCKETS)) AS l;
        DROP TABLE month;
        UPDATE rollout_state SET phase_since = now() - interval '30 days';
        """;

    private const string Summed = """
        WITH rows AS (SELECT * FROM rollout_windows WHERE minute >= now() - interval '30 days')
        SELECT sum(total), sum(successful), sum(go_charged), sum(go_charged_errors), sum(python_charged), sum(python_charged_errors), max(lag_p95_ms),
            (SELECT count(*) FROM (SELECT FROM rows GROUP BY minute HAVING bool_and(from_start AND to_end) AND count(*) = 3 AND min(go_percentage) >= 50) AS complete),
            (SELECT array_agg(ARRAY[i, n] ORDER BY i) FROM (SELECT i, sum(n) AS n FROM rows, unnest(go_latency) WITH ORDINALITY AS b(n, i) GROUP BY i) AS go),
            (SELECT array_agg(ARRAY[i, n] ORDER BY i) FROM (SELECT i, sum(n) AS n FROM rows, unnest(python_latency) WITH ORDINALITY AS b(n, i) GROUP BY i) AS python)
        FROM rows
        """;

    public static async Task Plant(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var buckets = await Buckets(database, cancellation);
        await Run(database, Reported.Replace("$BUCKETS", $"{buckets}", StringComparison.Ordinal), cancellation);
        await Run(database, "VACUUM ANALYZE", cancellation);
    }

    /// <summary>What the gates look at, from the rows alone: what one would write first.</summary>
    public static Task SumAll(NpgsqlDataSource database, CancellationToken cancellation) => Run(database, Summed, cancellation);

    /// <summary>As many as the silo's own reports have.</summary>
    private static async Task<int> Buckets(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT max(cardinality(go_latency)) FROM rollout_windows");
        return await command.ExecuteScalarAsync(cancellation) is int buckets ? buckets : throw new BenchFailedException("the silo has reported no window yet");
    }

    private static async Task Run(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
