using System.Globalization;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Postgres.Validation;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Sessions in PostgreSQL: changes through the group commit, activations through the batched load, everything else as plain queries.</summary>
internal sealed class PostgresSessionStore(
    NpgsqlDataSource database, [FromKeyedServices(PostgresHosting.Lookups)] NpgsqlDataSource lookups, GroupCommit commits, BatchedLoad loads, FirstRows firstRows, ErrorLog errors, ValidationLog invalid, IOptions<RetentionOptions> retention) : ISessionStore
{
    // All of the table is read: minutes for ten million rows.
    private const int CountSeconds = 600;

    public ValueTask<LoadedSession> Load(string id, CancellationToken cancellationToken) => new(loads.Load(id).WaitAsync(cancellationToken));

    // Not cancelled with the caller: a change that was handed over is committed or refused, and the grain must know which.
    public ValueTask<CommitResult> Commit(SessionCommit commit, CancellationToken cancellationToken) => new(commits.Commit(commit));

    public async Task<IReadOnlySet<string>> Known(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        (await lookups.Query(SessionSql.Known, r => r.GetString(0), cancellationToken, (object)ids.Where(StorableText.Is).ToArray())).ToHashSet();

    public Task<CommitResult> Add(IReadOnlyList<SessionRow> added, long incarnation, long generation, CancellationToken cancellationToken) => firstRows.Add(added, incarnation, generation, cancellationToken);

    public void Acknowledge(SessionRow row) => commits.Acknowledge(row);

    public void Report(SessionError error) => errors.Report(error);

    public void ReportInvalid(ValidationError error) => invalid.Report(error);

    public Task KeepVerified(Guid pass, IReadOnlyList<ValidationError> found, IReadOnlyList<string> unjudged, CancellationToken cancellationToken) =>
        invalid.KeepVerified(pass, found, unjudged, cancellationToken);

    public Task CloseVerified(Guid pass, DateTimeOffset began, CancellationToken cancellationToken) => invalid.CloseVerified(pass, began, cancellationToken);

    public Task CloseShadow(string sessionId, CancellationToken cancellationToken) => invalid.CloseShadow(sessionId, cancellationToken);

    public Task<ValidationErrors> ListInvalid(int limit, bool resolved, CancellationToken cancellationToken) => invalid.List(limit, resolved, cancellationToken);

    public Task<IReadOnlyList<KeptValidationError>> Mismatches((string SessionId, string Field)? after, int limit, CancellationToken cancellationToken) =>
        invalid.Mismatches(after, limit, cancellationToken);

    public async ValueTask<KeyedOutcome?> FindKey(string id, string key, CancellationToken cancellationToken)
    {
        var found = await lookups.Query(SessionSql.FindKey,
            r => new KeyedOutcome(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt64(3), r.GetFieldValue<DateTimeOffset>(4)), cancellationToken, id, key, retention.Value.Keys);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<string>> ClaimDue(int limit, TimeSpan hold, CancellationToken cancellationToken) =>
        lookups.Query(SessionSql.ClaimDue, r => r.GetString(0), cancellationToken, limit, hold);

    public Task Hasten(int limit, CancellationToken cancellationToken) => lookups.Query(SessionSql.Hasten, r => r.GetString(0), cancellationToken, limit);

    public Task<IReadOnlyList<SessionRow>> List(string? after, int limit, string? status, string? tier, CancellationToken cancellationToken)
    {
        var where = "r.deleted_at IS NULL AND r.id > $1";
        var values = new List<object> { after ?? "", limit };
        Filter("status", status);
        Filter("tier", tier);
        return lookups.Query($"SELECT {SessionSql.SelectColumns} FROM session_records r WHERE {where} ORDER BY r.id LIMIT $2", SessionRows.Read, cancellationToken, [.. values]);

        void Filter(string column, string? value)
        {
            if (value is null) return;
            values.Add(value);
            where += string.Create(CultureInfo.InvariantCulture, $" AND r.{column} = ${values.Count}");
        }
    }

    public async Task<IReadOnlyList<T>> Compared<T>(IReadOnlyList<string> ids, Func<ComparedRow, T> look, CancellationToken cancellationToken)
    {
        // Beside the grain that asked: it asks for others meanwhile.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await lookups.Query(SessionSql.Compared, r => look(SessionRows.ReadCompared(r)), cancellationToken, (object)ids.ToArray());
    }

    public Task<IReadOnlyList<RowPrint>> Prints(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        lookups.Query(SessionSql.Prints, r => new RowPrint(r.GetString(0), r.GetInt64(1)), cancellationToken, (object)ids.ToArray());

    public Task<IReadOnlyList<SessionMark>> Marks(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        lookups.Query($"{SessionSql.SelectMarks} AND id = ANY($1)", SessionRows.ReadMark, cancellationToken, (object)ids.ToArray());

    public Task<IReadOnlyList<SessionMark>> Marks(string? after, int limit, CancellationToken cancellationToken) =>
        lookups.Query($"{SessionSql.SelectMarks} AND id > $1 ORDER BY id LIMIT $2", SessionRows.ReadMark, cancellationToken, after ?? "", limit);

    public Task<IReadOnlyList<SessionRow>> ListBehind(int limit, CancellationToken cancellationToken) =>
        lookups.Query($"SELECT {SessionSql.SelectColumns} FROM session_records r WHERE {SessionSql.ServedHere} LIMIT $1", SessionRows.Read, cancellationToken, limit);

    public Task<IReadOnlyList<ConflictRecord>> Conflicts(int limit, bool? resolved, CancellationToken cancellationToken) => database.Query(
        resolved switch { false => SessionSql.OpenConflicts, true => SessionSql.ResolvedConflicts, null => SessionSql.AllConflicts }, SessionRows.ReadConflict, cancellationToken, limit);

    public async Task<ConflictRecord?> FindConflict(long id, CancellationToken cancellationToken) =>
        await lookups.Query($"{SessionSql.SelectConflicts} WHERE id = $1", SessionRows.ReadConflict, cancellationToken, id) is [var found] ? found : null;

    public async Task<SyncLag> Lag(CancellationToken cancellationToken)
    {
        // Few rows are pending and the index over them answers; read as a whole, the table would cost a run more than its work.
        var lag = await lookups.Query(SessionSql.Lag, r => new SyncLag(
            r.GetInt64(0), r.GetFieldValue<TimeSpan>(1), r.GetFieldValue<TimeSpan>(2), r.GetFieldValue<TimeSpan>(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7)), cancellationToken);
        return lag[0];
    }

    public async Task<SessionCounts> Count(CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT count(*) FILTER (WHERE deleted_at IS NULL), count(*) FILTER (WHERE deleted_at IS NOT NULL), count(*) FILTER (WHERE migrated_at IS NOT NULL),
                count(*) FILTER (WHERE rejected IS NOT NULL OR conflict IS NOT NULL), count(*) FILTER (WHERE {SessionSql.Pending}),
                (SELECT count(*) FROM session_conflicts WHERE NOT resolved), (SELECT count(*) FROM session_conflicts WHERE resolved),
                count(*) FILTER (WHERE late_until IS NOT NULL AND NOT {SessionSql.Behind}) FROM session_records
            """;
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = CountSeconds;
        return await DatabaseQueries.Answered(async () =>
        {
            await using var r = await command.ExecuteReaderAsync(cancellationToken);
            await r.ReadAsync(cancellationToken);
            return new SessionCounts(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7));
        });
    }
}
