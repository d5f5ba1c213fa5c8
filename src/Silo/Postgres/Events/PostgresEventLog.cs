using GaiaOrleans.Grains.Events;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Events;

/// <summary>Events in PostgreSQL, where the rollout's changes append theirs as well.</summary>
internal sealed class PostgresEventLog([FromKeyedServices(PostgresHosting.Lookups)] NpgsqlDataSource database) : IEventLog
{
    public async Task<bool> Append(EventDraft draft, CancellationToken cancellationToken)
    {
        // One statement, so that no client can go away while it holds the lock that orders the events.
        await using var command = database.CreateCommand(EventSql.Append);
        EventSql.Fill(command.Parameters, draft);
        return await DatabaseQueries.Answered(() => command.ExecuteNonQueryAsync(cancellationToken)) > 0;
    }

    public Task<IReadOnlyList<MigrationEvent>> After(long id, int limit, CancellationToken cancellationToken) =>
        database.Query(EventSql.After, EventSql.Read, cancellationToken, id, limit);

    public Task<IReadOnlyList<MigrationEvent>> Newest(int limit, IReadOnlyCollection<string> kinds, CancellationToken cancellationToken) =>
        database.Query(EventSql.Newest, EventSql.Read, cancellationToken, limit, kinds.ToArray());
}
