using GaiaOrleans.Silo.Telemetry;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>What every silo kept: it survives restarts, and no silo has to be asked.</summary>
internal sealed class PostgresFigures(NpgsqlDataSource database) : IMigrationFigures
{
    public async Task<IReadOnlyDictionary<string, long>> Noise(CancellationToken cancellationToken)
    {
        var noise = await database.Query(WindowSql.Noise, r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)), cancellationToken);
        return new SortedDictionary<string, long>(noise.ToDictionary(), StringComparer.Ordinal);
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
