using System.Text.Json;
using System.Text.Json.Serialization;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Silo.Postgres.Events;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Guard;

/// <summary>The guard's entries in PostgreSQL.</summary>
internal sealed class PostgresGuardStore(NpgsqlDataSource database) : IGuardStore
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    public async Task Add(GuardEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        var own = new NpgsqlBatchCommand("INSERT INTO guard_entries (at, action, verdict, entry) VALUES ($1, $2, $3, $4)");
        own.Parameters.Add(new() { Value = entry.At.UtcDateTime });
        own.Parameters.Add(new() { Value = entry.Action });
        own.Parameters.Add(new() { Value = entry.Reading.Verdict.ToString() });
        own.Parameters.Add(new() { Value = JsonSerializer.Serialize(entry, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        batch.BatchCommands.Add(own);
        var told = new NpgsqlBatchCommand(EventSql.Append);
        EventSql.Fill(told.Parameters, entry.ToEvent());
        batch.BatchCommands.Add(told);
        await DatabaseQueries.Answered(() => batch.ExecuteNonQueryAsync(cancellationToken));
    }

    public Task<IReadOnlyList<GuardEntry>> Newest(int limit, CancellationToken cancellationToken) => database.Query(
        "SELECT entry::text FROM guard_entries ORDER BY id DESC LIMIT $1", r => JsonSerializer.Deserialize<GuardEntry>(r.GetString(0), Json)!, cancellationToken, limit);
}
