using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Webhooks;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Webhooks;

/// <summary>Attempts of delivery in PostgreSQL.</summary>
internal sealed class PostgresDeliveryLog([FromKeyedServices(PostgresHosting.Lookups)] NpgsqlDataSource database) : IDeliveryLog
{
    private const string Insert = """
        INSERT INTO webhook_deliveries (at, webhook_id, event_id, kind, attempt, delivered, status, reason, took_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    internal const string Select = "SELECT id, at, webhook_id, event_id, kind, attempt, delivered, status, reason, took_ms FROM webhook_deliveries ORDER BY id DESC LIMIT $1";

    public async Task Keep(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Insert);
        foreach (var value in (object[])[delivery.At.UtcDateTime, delivery.WebhookId, delivery.EventId, delivery.Kind, delivery.Attempt, delivery.Delivered])
            command.Parameters.Add(new() { Value = value });
        command.Parameters.Add(new() { Value = (object?)delivery.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = delivery.Reason is { } reason ? StorableText.Of(reason) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = delivery.TookMs });
        await DatabaseQueries.Answered(() => command.ExecuteNonQueryAsync(cancellationToken));
    }

    public Task<IReadOnlyList<WebhookDelivery>> Newest(int limit, CancellationToken cancellationToken) => database.Query(Select, Read, cancellationToken, limit);

    private static WebhookDelivery Read(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetInt64(3), r.GetString(4), r.GetInt32(5), r.GetBoolean(6),
        r.IsDBNull(7) ? null : r.GetInt32(7), r.IsDBNull(8) ? null : r.GetString(8), r.GetDouble(9));
}
