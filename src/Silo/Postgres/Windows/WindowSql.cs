namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>The statements over rollout_windows (a silo's minutes), rollout_minutes and rollout_hours (the cluster's) and validation_noise.</summary>
internal static class WindowSql
{
    /// <summary>Makes the minutes ($1) and holds them, so that what is summed up next is seen by whoever sums up after us.</summary>
    public const string HoldMinutes = """
        INSERT INTO rollout_minutes AS m (minute) SELECT minute FROM unnest($1::timestamptz[]) AS t(minute) ORDER BY minute
        ON CONFLICT (minute) DO UPDATE SET minute = m.minute
        """;

    /// <summary>The clock may have been set back to $1: nothing of it and of later minutes is whole. Held in their order, as <see cref="HoldMinutes"/> does.</summary>
    public const string Again = """
        WITH held AS (SELECT minute FROM rollout_minutes WHERE minute >= $1 ORDER BY minute FOR UPDATE),
        rows AS (UPDATE rollout_windows w SET from_start = false FROM held WHERE w.minute = held.minute AND w.from_start)
        UPDATE rollout_minutes m SET complete = false FROM held WHERE m.minute = held.minute AND m.complete
        """;

    public const string Add = $"""
        INSERT INTO rollout_windows AS w (silo, minute, from_start, go_percentage, phase, alive, {Counters}, go_latency, python_latency, dual_write_latency, lag_p95_ms, lag_max_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        ON CONFLICT (silo, minute) DO UPDATE SET
            from_start = w.from_start AND EXCLUDED.from_start, go_percentage = least(w.go_percentage, EXCLUDED.go_percentage), phase = least(w.phase, EXCLUDED.phase),
            alive = ARRAY(SELECT DISTINCT s FROM unnest(w.alive || EXCLUDED.alive) AS s ORDER BY s),
            total = w.total + EXCLUDED.total, successful = w.successful + EXCLUDED.successful, partial = w.partial + EXCLUDED.partial, failed = w.failed + EXCLUDED.failed,
            adopted = w.adopted + EXCLUDED.adopted,
            go_charged = w.go_charged + EXCLUDED.go_charged, go_charged_errors = w.go_charged_errors + EXCLUDED.go_charged_errors,
            go_requests = w.go_requests + EXCLUDED.go_requests, go_errors = w.go_errors + EXCLUDED.go_errors,
            python_charged = w.python_charged + EXCLUDED.python_charged, python_charged_errors = w.python_charged_errors + EXCLUDED.python_charged_errors,
            python_requests = w.python_requests + EXCLUDED.python_requests, python_errors = w.python_errors + EXCLUDED.python_errors,
            {AddLatencies},
            lag_p95_ms = greatest(w.lag_p95_ms, EXCLUDED.lag_p95_ms), lag_max_ms = greatest(w.lag_max_ms, EXCLUDED.lag_max_ms)
        """;

    /// <summary>What is in force now was in force, or came into force, before that minute ended.</summary>
    public const string Close = """
        UPDATE rollout_windows SET to_end = true, go_percentage = least(go_percentage, $3), phase = least(phase, $4),
            alive = ARRAY(SELECT DISTINCT s FROM unnest(alive || $5) AS s ORDER BY s)
        WHERE silo = $1 AND minute = $2
        """;

    public const string SumUp = """
        UPDATE rollout_minutes m SET
            silos = w.silos, complete = w.complete, go_percentage = w.go_percentage, phase = w.phase, total = w.total, successful = w.successful, partial = w.partial,
            failed = w.failed, adopted = w.adopted, go_charged = w.go_charged, go_charged_errors = w.go_charged_errors, go_requests = w.go_requests, go_errors = w.go_errors,
            python_charged = w.python_charged, python_charged_errors = w.python_charged_errors, python_requests = w.python_requests, python_errors = w.python_errors,
            lag_p95_ms = w.lag_p95_ms, lag_max_ms = w.lag_max_ms
        FROM (
            SELECT minute, count(*) AS silos, min(go_percentage) AS go_percentage, min(phase) AS phase,
                bool_and(from_start AND to_end AND NOT EXISTS (
                    SELECT FROM unnest(v.alive) AS a(silo) WHERE NOT EXISTS (SELECT FROM rollout_windows o WHERE o.silo = a.silo AND o.minute = v.minute))) AS complete,
                sum(total) AS total, sum(successful) AS successful, sum(partial) AS partial, sum(failed) AS failed, sum(adopted) AS adopted,
                sum(go_charged) AS go_charged, sum(go_charged_errors) AS go_charged_errors, sum(go_requests) AS go_requests, sum(go_errors) AS go_errors,
                sum(python_charged) AS python_charged, sum(python_charged_errors) AS python_charged_errors, sum(python_requests) AS python_requests,
                sum(python_errors) AS python_errors, max(lag_p95_ms) AS lag_p95_ms, max(lag_max_ms) AS lag_max_ms
            FROM rollout_windows v WHERE minute = ANY($1) GROUP BY minute) w
        WHERE m.minute = w.minute
        """;

    public const string AddHour = $"""
        INSERT INTO rollout_hours AS w (hour, go_latency, python_latency, dual_write_latency) VALUES (date_trunc('hour', $1, 'UTC'), $2, $3, $4)
        ON CONFLICT (hour) DO UPDATE SET {AddLatencies}
        """;

    /// <summary>In one order, because all silos add to the same rows.</summary>
    public const string AddNoise = """
        INSERT INTO validation_noise AS n (rule, count) SELECT rule, count FROM unnest($1::text[], $2::bigint[]) AS t(rule, count) ORDER BY rule
        ON CONFLICT (rule) DO UPDATE SET count = n.count + EXCLUDED.count
        """;

    public const string MarkBreach = "INSERT INTO rollout_minutes (minute, breach) VALUES ($1, true) ON CONFLICT (minute) DO UPDATE SET breach = true";

    public const string Sums = $"""
        SELECT {Summed}, max(lag_p95_ms), max(lag_max_ms), count(*) FILTER (WHERE silos > 0), count(*) FILTER (WHERE complete)
        FROM rollout_minutes WHERE minute >= $1 AND minute < $2
        """;

    /// <summary>Whole hours ($3 to $4) as they were summed up; the minutes before and after them as the silos reported them.</summary>
    public const string Latencies = """
        SELECT go_latency, python_latency, dual_write_latency FROM rollout_hours WHERE hour >= $3 AND hour < $4
        UNION ALL SELECT go_latency, python_latency, dual_write_latency FROM rollout_windows WHERE (minute >= $1 AND minute < $3) OR (minute >= $4 AND minute < $2)
        """;

    /// <summary>Of $1 to $2 the counts, and of $3 to $4 the complete minutes: all, and those with at least each of <paramref name="percentages"/> percentages ($5 and on). In one pass, because there are weeks of them.</summary>
    public static string Soaked(int percentages)
    {
        const string complete = "complete AND minute >= $3 AND minute < $4";
        var soaks = string.Concat(Enumerable.Range(5, percentages).Select(p => $", count(*) FILTER (WHERE {complete} AND go_percentage >= ${p})"));
        return $"SELECT {Summed}, count(*) FILTER (WHERE {complete}){soaks} FROM rollout_minutes WHERE minute >= $1 AND minute < $2";
    }

    public const string LastBreach = "SELECT max(minute) FROM rollout_minutes WHERE breach AND minute > $1";

    public const string Minutes = $"""
        SELECT {Counters}, lag_p95_ms, lag_max_ms, minute, silos, complete, go_percentage, phase, breach
        FROM rollout_minutes WHERE silos > 0 AND minute > '-infinity' AND minute >= $1 AND minute < $2 ORDER BY minute
        """;

    public const string MinuteLatencies = $"""
        SELECT minute, side, i, sum(n)::bigint FROM rollout_windows, {EachBucket} WHERE minute >= $1 AND minute < $2 AND n > 0 GROUP BY minute, side, i
        """;

    public const string Noise = "SELECT rule, count FROM validation_noise";

    private const string Summed = """
        coalesce(sum(total), 0)::bigint, coalesce(sum(successful), 0)::bigint, coalesce(sum(partial), 0)::bigint, coalesce(sum(failed), 0)::bigint, coalesce(sum(adopted), 0)::bigint,
        coalesce(sum(go_charged), 0)::bigint, coalesce(sum(go_charged_errors), 0)::bigint, coalesce(sum(go_requests), 0)::bigint, coalesce(sum(go_errors), 0)::bigint,
        coalesce(sum(python_charged), 0)::bigint, coalesce(sum(python_charged_errors), 0)::bigint, coalesce(sum(python_requests), 0)::bigint, coalesce(sum(python_errors), 0)::bigint
        """;

    private const string Counters =
        "total, successful, partial, failed, adopted, go_charged, go_charged_errors, go_requests, go_errors, python_charged, python_charged_errors, python_requests, python_errors";

    private const string AddLatencies = """
        go_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.go_latency, EXCLUDED.go_latency) WITH ORDINALITY AS x(a, b, i)),
        python_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.python_latency, EXCLUDED.python_latency) WITH ORDINALITY AS x(a, b, i)),
        dual_write_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.dual_write_latency, EXCLUDED.dual_write_latency) WITH ORDINALITY AS x(a, b, i))
        """;

    private const string EachBucket = """
        LATERAL (SELECT 'go', i, n FROM unnest(go_latency) WITH ORDINALITY AS g(n, i)
                 UNION ALL SELECT 'python', i, n FROM unnest(python_latency) WITH ORDINALITY AS p(n, i)
                 UNION ALL SELECT 'dual', i, n FROM unnest(dual_write_latency) WITH ORDINALITY AS d(n, i)) AS x(side, i, n)
        """;
}
