using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Silo.Postgres.Events;
using GaiaOrleans.Silo.Postgres.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Rollouts;

/// <summary>The rollout row in PostgreSQL.</summary>
internal sealed class PostgresRolloutStore(
    NpgsqlDataSource database, [FromKeyedServices(PostgresHosting.Lease)] NpgsqlDataSource prompt, ILocalSiloDetails silo, IOptions<GaiaOptions> gaia) : IRolloutStore
{
    public async Task<RolloutReading> Read(CancellationToken cancellationToken)
    {
        var endpoint = silo.SiloAddress.Endpoint;
        var readings = await prompt.Query(
            RolloutSql.Read, r => new RolloutReading(RolloutSql.State(r), r.GetBoolean(r.FieldCount - 2), r.GetFieldValue<DateTimeOffset>(r.FieldCount - 1)), cancellationToken,
            gaia.Value.ClusterId, endpoint.Address.ToString(), endpoint.Port, silo.SiloAddress.Generation);
        return readings[0];
    }

    public async Task<SchemaReading> Schema(CancellationToken cancellationToken) =>
        (await database.Query(RolloutSql.Scripts, r => new SchemaReading(r.GetInt64(0), Postgres.Schema.Scripts, r.IsDBNull(1) ? "" : r.GetString(1)), cancellationToken))[0];

    public Task Change(RolloutState next, HistoryEntry entry, CancellationToken cancellationToken) => Transaction(async (connection, token) =>
    {
        // Waits for the commits that run under the present terms; later ones see the new ones.
        await Execute(connection, RolloutSql.LockTerms, token);
        if (next is { AfterCutover: false, DualWrite.Enabled: false }) await RefuseUnfed(connection, token);
        if (await Execute(connection, RolloutSql.Change, token, RolloutSql.Values(next)) == 0)
            throw new EpochMismatchException(next.Epoch - 1, await ReadLocked(connection, RolloutSql.ReadForUpdate, token));
        await Execute(connection, RolloutSql.AddHistory, token, entry.Epoch, entry.At.UtcDateTime, entry.Actor, entry.Action, entry.Reason, entry.From, entry.To, entry.Forced,
            RolloutSql.Verdicts(entry), entry.Moved?.From, entry.Moved?.To);
        await AddEvent(connection, RolloutEvents.Of(next, entry), token);
        return true;
    }, cancellationToken);

    public Task<RolloutState> BeginIncarnation(long present, Caller caller, CancellationToken cancellationToken) => Transaction(async (connection, token) =>
    {
        // Whoever comes second waits here for the first, and only then looks which one is present.
        await using var terms = Command(connection, RolloutSql.LockTerms);
        await using var begin = Command(connection, RolloutSql.BeginIncarnation, present, caller.Actor, caller.Reason ?? "no reason given");
        // It touches every session that was ever changed here. Cut off after a while and rolled back, it would be tried in vain for ever, and repair would
        // send under the old terms in between.
        terms.CommandTimeout = begin.CommandTimeout = 0;
        await terms.ExecuteNonQueryAsync(token);
        await begin.ExecuteNonQueryAsync(token);
        return await ReadLocked(connection, RolloutSql.ReadForUpdate, token);
    }, cancellationToken);

    public Task MarkFenced(long epoch, CancellationToken cancellationToken) => Transaction((c, token) => Execute(c, RolloutSql.MarkFenced, token, epoch), cancellationToken);

    public async Task<IReadOnlyList<HistoryEntry>> History(int limit, CancellationToken cancellationToken) =>
        await database.Query(RolloutSql.History, RolloutSql.Entry, cancellationToken, limit);

    public async Task<IReadOnlyList<HistoryEntry>> Milestones(int limit, CancellationToken cancellationToken) =>
        await database.Query(RolloutSql.Milestones, RolloutSql.Entry, cancellationToken, limit);

    public Task<RolloutState> Register(GatewayRegistration gateway, CancellationToken cancellationToken) => Transaction(async (connection, token) =>
    {
        // Shares the row with other registrations and excludes a change: a gateway is either seen by the change or sees its result.
        var state = await ReadLocked(connection, RolloutSql.ReadForShare, token);
        if (!await Registered(connection, gateway, token)) await AddEvent(connection, RolloutEvents.Registered(gateway), token);
        return state;
    }, cancellationToken);

    public async Task<IReadOnlyList<GatewayView>> Gateways(CancellationToken cancellationToken) => await database.Query(RolloutSql.Gateways, RolloutSql.Gateway, cancellationToken);

    public Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken) => Transaction(async (connection, token) =>
    {
        if (await Execute(connection, RolloutSql.RemoveGateway, token, id) > 0) await AddEvent(connection, RolloutEvents.Removed(id, caller), token);
        return true;
    }, cancellationToken);

    private static async Task<bool> Registered(NpgsqlConnection connection, GatewayRegistration gateway, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, RolloutSql.Register, gateway.Name, gateway.Id, gateway.Kind, gateway.Epoch, gateway.InFlight, gateway.Emergency is not null);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Gateways hold their writes meanwhile, and runs and operators do not: what one of them has committed since somebody looked is seen here, and no more can come.</summary>
    private static async Task RefuseUnfed(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, RolloutSql.Unfed);
        if (await command.ExecuteScalarAsync(cancellationToken) is long unfed and > 0) throw new PendingWritesException(unfed);
    }

    private static async Task AddEvent(NpgsqlConnection connection, EventDraft draft, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EventSql.Append, connection);
        EventSql.Fill(command.Parameters, draft);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<RolloutState> ReadLocked(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return RolloutSql.State(reader);
    }

    private async Task<T> Transaction<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var committing = false;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(connection, cancellationToken);
            committing = true;
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (NpgsqlException e) when (committing && CommitFailure.IsAmbiguous(e))
        {
            throw new ChangeUnknownException($"the database did not answer: {e.Message}");
        }
        catch (NpgsqlException e)
        {
            throw new StorageUnavailableException($"The rollout could not be stored: {e.Message}");
        }
    }

    private static async Task<int> Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }
}
