namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>The statements over rollout_windows and validation_noise.</summary>
internal static class WindowSql
{
    public const string Add = """
        INSERT INTO rollout_windows AS w (silo, minute, total, successful, partial, failed, adopted, go_requests, go_errors, python_requests, python_errors,
            go_latency, python_latency, dual_write_latency, lag_p95_ms, lag_max_ms)
        VALUES ($1, date_trunc('minute', now()), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (silo, minute) DO UPDATE SET
            total = w.total + EXCLUDED.total, successful = w.successful + EXCLUDED.successful, partial = w.partial + EXCLUDED.partial, failed = w.failed + EXCLUDED.failed,
            adopted = w.adopted + EXCLUDED.adopted, go_requests = w.go_requests + EXCLUDED.go_requests, go_errors = w.go_errors + EXCLUDED.go_errors,
            python_requests = w.python_requests + EXCLUDED.python_requests, python_errors = w.python_errors + EXCLUDED.python_errors,
            go_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.go_latency, EXCLUDED.go_latency) WITH ORDINALITY AS x(a, b, i)),
            python_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.python_latency, EXCLUDED.python_latency) WITH ORDINALITY AS x(a, b, i)),
            dual_write_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.dual_write_latency, EXCLUDED.dual_write_latency) WITH ORDINALITY AS x(a, b, i)),
            lag_p95_ms = greatest(w.lag_p95_ms, EXCLUDED.lag_p95_ms), lag_max_ms = greatest(w.lag_max_ms, EXCLUDED.lag_max_ms)
        """;

    /// <summary>In one order, because all silos add to the same rows.</summary>
    public const string AddNoise = """
        INSERT INTO validation_noise AS n (rule, count) SELECT rule, count FROM unnest($1::text[], $2::bigint[]) AS t(rule, count) ORDER BY rule
        ON CONFLICT (rule) DO UPDATE SET count = n.count + EXCLUDED.count
        """;

    public const string Sums = """
        SELECT coalesce(sum(total), 0)::bigint, coalesce(sum(successful), 0)::bigint, coalesce(sum(partial), 0)::bigint, coalesce(sum(failed), 0)::bigint,
            coalesce(sum(adopted), 0)::bigint, coalesce(sum(go_requests), 0)::bigint, coalesce(sum(go_errors), 0)::bigint, coalesce(sum(python_requests), 0)::bigint,
            coalesce(sum(python_errors), 0)::bigint FROM rollout_windows
        """;

    public const string Latencies = """
        SELECT side, i, sum(n)::bigint FROM rollout_windows,
            LATERAL (SELECT 'go', i, n FROM unnest(go_latency) WITH ORDINALITY AS g(n, i)
                     UNION ALL SELECT 'python', i, n FROM unnest(python_latency) WITH ORDINALITY AS p(n, i)
                     UNION ALL SELECT 'dual', i, n FROM unnest(dual_write_latency) WITH ORDINALITY AS d(n, i)) AS x(side, i, n)
        WHERE minute > now() - interval '15 minutes' AND n > 0 GROUP BY side, i
        """;

    public const string HighestLag = "SELECT coalesce(max(lag_max_ms), 0) FROM rollout_windows WHERE minute > now() - interval '1 hour'";

    public const string Noise = "SELECT rule, count FROM validation_noise";
}
