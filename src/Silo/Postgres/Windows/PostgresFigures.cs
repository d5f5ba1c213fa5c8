using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Silo.Telemetry;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>Sums over every silo's windows: they survive restarts, and no silo has to be asked.</summary>
internal sealed class PostgresFigures(NpgsqlDataSource database) : IMigrationFigures
{
    private const string Sums = """
        SELECT coalesce(sum(total), 0)::bigint, coalesce(sum(successful), 0)::bigint, coalesce(sum(partial), 0)::bigint, coalesce(sum(failed), 0)::bigint,
            coalesce(sum(adopted), 0)::bigint, coalesce(sum(go_requests), 0)::bigint, coalesce(sum(go_errors), 0)::bigint, coalesce(sum(python_requests), 0)::bigint,
            coalesce(sum(python_errors), 0)::bigint FROM rollout_windows
        """;

    private const string Latencies = """
        SELECT side, i, sum(n)::bigint FROM rollout_windows,
            LATERAL (SELECT 'go', i, n FROM unnest(go_latency) WITH ORDINALITY AS g(n, i)
                     UNION ALL SELECT 'python', i, n FROM unnest(python_latency) WITH ORDINALITY AS p(n, i)
                     UNION ALL SELECT 'dual', i, n FROM unnest(dual_write_latency) WITH ORDINALITY AS d(n, i)) AS x(side, i, n)
        WHERE minute > now() - interval '15 minutes' AND n > 0 GROUP BY side, i
        """;

    public async Task<TallyCounts> Totals(CancellationToken cancellationToken)
    {
        var latencies = new Dictionary<string, long[]> { ["go"] = new long[LatencyHistogram.Buckets], ["python"] = new long[LatencyHistogram.Buckets], ["dual"] = new long[LatencyHistogram.Buckets] };
        foreach (var (side, bucket, count) in await database.Query(Latencies, r => (r.GetString(0), r.GetInt64(1), r.GetInt64(2)), cancellationToken))
            latencies[side][bucket - 1] = count;
        var sums = await database.Query(Sums, r => new TallyCounts(
            r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8),
            latencies["go"], latencies["python"], latencies["dual"]), cancellationToken);
        return sums[0];
    }

    public async Task<(IReadOnlyList<ErrorView> Errors, long Total)> Errors(int limit, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var from = (since ?? DateTimeOffset.UnixEpoch).UtcDateTime;
        var errors = await database.Query(
            "SELECT id, at, session_id, side, operation, code, message, attempt, resolved FROM migration_errors WHERE at >= $2 ORDER BY id DESC LIMIT $1",
            r => new ErrorView(r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetInt32(7), r.GetBoolean(8)),
            cancellationToken, limit, from);
        var total = await database.Query("SELECT count(*) FROM migration_errors WHERE at >= $1", r => r.GetInt64(0), cancellationToken, from);
        return (errors, total[0]);
    }
}
