using System.Collections.Concurrent;
using GaiaOrleans.Cluster.Tests.Legacy;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>The shared rows, counted per session, and out of order on demand.</summary>
public sealed class StoreDouble(InMemorySessionStore rows) : ISessionStore
{
    private readonly ConcurrentDictionary<string, int> _commits = [], _keys = [];
    private readonly ConcurrentDictionary<string, Func<Exception?>> _faults = [];

    private int _compared;
    private int _addedRows;
    private volatile Hold? _addHold;
    private readonly ConcurrentDictionary<string, Hold> _commitHolds = [];

    /// <summary>How many first rows were written without an activation of their session.</summary>
    public int AddedRows => _addedRows;

    /// <summary>How many sessions were compared field by field.</summary>
    public int ComparedRows => _compared;

    /// <summary>What a look at rows for a comparison throws; null = nothing.</summary>
    public Func<Exception?>? ComparedFault { get; set; }

    /// <summary>What the question how much legacy lacks throws; null = nothing.</summary>
    public Func<Exception?>? LagFault { get; set; }

    public Func<Exception?>? CountFault { get; set; }

    /// <summary>Rows that legacy lacks, in place of those that it does.</summary>
    public Func<int, IReadOnlyList<SessionRow>>? OnListBehind { get; set; }

    /// <summary>How slow the database is at that.</summary>
    public TimeSpan ComparedTakes { get; set; }

    /// <summary>A bug that is put in on purpose: what is stored is replaced, whoever stored it.</summary>
    public bool Unchecked { get; set; }

    /// <summary>What legacy answered does not reach the store.</summary>
    public bool LosesAnswers { get; set; }

    public int Commits(string id) => _commits.GetValueOrDefault(id);

    public int KeysLookedFor(string id) => _keys.GetValueOrDefault(id);

    /// <summary>What a commit of this session throws instead of being carried out; null = it is carried out.</summary>
    public void Fail(string id, Func<Exception?> fault) => _faults[id] = fault;

    /// <summary>Commits of the id wait until the hold is released.</summary>
    public Hold HoldCommits(string id) => _commitHolds[id] = new();

    public async ValueTask<CommitResult> Commit(SessionCommit commit, CancellationToken cancellationToken)
    {
        if (_commitHolds.TryGetValue(commit.Next.Id, out var hold)) await hold.Pass();
        if (_faults.TryGetValue(commit.Next.Id, out var fault) && fault() is { } exception) throw exception;
        if (Unchecked)
        {
            rows.Plant(commit.Next);
            return CommitResult.Committed;
        }

        var result = await rows.Commit(commit, cancellationToken);
        if (result == CommitResult.Committed) _commits.AddOrUpdate(commit.Next.Id, 1, (_, n) => n + 1);
        return result;
    }

    /// <summary>First rows arrive and are not stored until the hold is released.</summary>
    public Hold HoldAdds() => _addHold = new();

    public async Task<CommitResult> Add(IReadOnlyList<SessionRow> added, long incarnation, long generation, CancellationToken cancellationToken)
    {
        if (_addHold is { } hold) await hold.Pass();
        foreach (var row in added)
            if (_faults.TryGetValue(row.Id, out var fault) && fault() is { } exception)
                throw exception;
        var result = await rows.Add(added, incarnation, generation, cancellationToken);
        if (result == CommitResult.Committed) Interlocked.Add(ref _addedRows, added.Count);
        return result;
    }

    public Task<IReadOnlySet<string>> Known(IReadOnlyList<string> ids, CancellationToken cancellationToken) => rows.Known(ids, cancellationToken);
    public ValueTask<LoadedSession> Load(string id, CancellationToken cancellationToken) => rows.Load(id, cancellationToken);
    public void Acknowledge(SessionRow row)
    {
        if (!LosesAnswers) rows.Acknowledge(row);
    }

    public void Report(SessionError error) => rows.Report(error);
    public void ReportInvalid(ValidationError error) => rows.ReportInvalid(error);
    public Task KeepVerified(Guid pass, IReadOnlyList<ValidationError> found, IReadOnlyList<string> unjudged, CancellationToken cancellationToken) => rows.KeepVerified(pass, found, unjudged, cancellationToken);
    public Task CloseVerified(Guid pass, DateTimeOffset began, CancellationToken cancellationToken) => rows.CloseVerified(pass, began, cancellationToken);
    public Task CloseShadow(string sessionId, CancellationToken cancellationToken) => rows.CloseShadow(sessionId, cancellationToken);
    public Task<ValidationErrors> ListInvalid(int limit, bool resolved, CancellationToken cancellationToken) => rows.ListInvalid(limit, resolved, cancellationToken);
    public Task<IReadOnlyList<KeptValidationError>> Mismatches((string SessionId, string Field)? after, int limit, CancellationToken cancellationToken) => rows.Mismatches(after, limit, cancellationToken);
    public ValueTask<KeyedOutcome?> FindKey(string id, string key, CancellationToken cancellationToken)
    {
        _keys.AddOrUpdate(id, 1, (_, n) => n + 1);
        return rows.FindKey(id, key, cancellationToken);
    }
    public Task<IReadOnlyList<string>> ClaimDue(int limit, TimeSpan hold, CancellationToken cancellationToken) => rows.ClaimDue(limit, hold, cancellationToken);
    public Task Hasten(int limit, CancellationToken cancellationToken) => rows.Hasten(limit, cancellationToken);
    public Task<IReadOnlyList<SessionRow>> List(string? after, int limit, string? status, string? tier, CancellationToken cancellationToken) => rows.List(after, limit, status, tier, cancellationToken);
    public async Task<IReadOnlyList<T>> Compared<T>(IReadOnlyList<string> ids, Func<ComparedRow, T> look, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _compared, ids.Count);
        if (ComparedFault?.Invoke() is { } fault) throw fault;
        if (ComparedTakes > TimeSpan.Zero) await Task.Delay(ComparedTakes, cancellationToken);
        return await rows.Compared(ids, look, cancellationToken);
    }

    public Task<IReadOnlyList<RowPrint>> Prints(IReadOnlyList<string> ids, CancellationToken cancellationToken) => rows.Prints(ids, cancellationToken);
    public Task<IReadOnlyList<SessionRow>> ListBehind(int limit, CancellationToken cancellationToken) => OnListBehind is { } asked ? Task.FromResult(asked(limit)) : rows.ListBehind(limit, cancellationToken);
    public Task<IReadOnlyList<SessionMark>> Marks(IReadOnlyList<string> ids, CancellationToken cancellationToken) => rows.Marks(ids, cancellationToken);

    public Task<IReadOnlyList<SessionMark>> Marks(string? after, int limit, CancellationToken cancellationToken) => rows.Marks(after, limit, cancellationToken);

    public Task<IReadOnlyList<ConflictRecord>> Conflicts(int limit, bool? resolved, CancellationToken cancellationToken) => rows.Conflicts(limit, resolved, cancellationToken);

    public Task<ConflictRecord?> FindConflict(long id, CancellationToken cancellationToken) => rows.FindConflict(id, cancellationToken);

    public Task<SyncLag> Lag(CancellationToken cancellationToken) => LagFault?.Invoke() is { } fault ? Task.FromException<SyncLag>(fault) : rows.Lag(cancellationToken);
    public Task<SessionCounts> Count(CancellationToken cancellationToken) => CountFault?.Invoke() is { } fault ? Task.FromException<SessionCounts>(fault) : rows.Count(cancellationToken);
}
