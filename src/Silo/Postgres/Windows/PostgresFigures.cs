using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Silo.Telemetry;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>Sums over every silo's windows: they survive restarts, and no silo has to be asked.</summary>
internal sealed class PostgresFigures(NpgsqlDataSource database) : IMigrationFigures
{
    public async Task<TallyCounts> Totals(CancellationToken cancellationToken)
    {
        var latencies = new Dictionary<string, long[]> { ["go"] = new long[LatencyHistogram.Buckets], ["python"] = new long[LatencyHistogram.Buckets], ["dual"] = new long[LatencyHistogram.Buckets] };
        var noise = await Noise(cancellationToken);
        foreach (var (side, bucket, count) in await database.Query(WindowSql.Latencies, r => (r.GetString(0), r.GetInt64(1), r.GetInt64(2)), cancellationToken))
            latencies[side][bucket - 1] = count;
        var sums = await database.Query(WindowSql.Sums, r => new TallyCounts(
            r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8),
            latencies["go"], latencies["python"], latencies["dual"], noise), cancellationToken);
        return sums[0];
    }

    public async Task<IReadOnlyDictionary<string, long>> Noise(CancellationToken cancellationToken)
    {
        var noise = await database.Query(WindowSql.Noise, r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)), cancellationToken);
        return new SortedDictionary<string, long>(noise.ToDictionary(), StringComparer.Ordinal);
    }

    public async Task<TimeSpan> HighestLag(CancellationToken cancellationToken) =>
        TimeSpan.FromMilliseconds((await database.Query(WindowSql.HighestLag, r => r.GetDouble(0), cancellationToken))[0]);

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
