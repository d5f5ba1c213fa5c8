using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>The store as one activation sees it.</summary>
internal sealed class StorePort(World world, Activation activation) : ISessionStore
{
    private static readonly TimeSpan SlowCommit = TimeSpan.FromMilliseconds(700);

    /// <summary>Every state that this activation knew to be durable, oldest first.</summary>
    public List<SessionRow> Rows { get; } = [];

    public ValueTask<LoadedSession> Load(string id, CancellationToken cancellationToken)
    {
        var loaded = world.Store.Load(id);
        Rows.Add(loaded.Row);
        return new(loaded);
    }

    public ValueTask<CommitResult> Commit(SessionCommit commit, CancellationToken cancellationToken)
    {
        if (activation.Dead) return new(Activation.Never<CommitResult>());
        var weather = world.Weather;
        var fault = world.NextStoreFault();
        if (fault == StoreFault.Late)
        {
            world.Corners.Visit("late commit");
            return new(activation.Later(SlowCommit, () => Committed(commit, fault)));
        }

        var result = Committed(commit, fault);
        if (commit.SendLease is not null && activation.DiesAt(CrashPoint.AfterCommit, weather.Crash)) return new(Activation.Never<CommitResult>());
        if (fault != StoreFault.Slow) return new(result);
        world.Corners.Visit("slow commit");
        return new(activation.Later(SlowCommit, () => result));
    }

    public void Acknowledge(SessionRow row)
    {
        if (activation.Dead) return;
        if (row.Rejected is not null) world.Corners.Visit("rejected");
        Rows.Add(row);
        world.Store.Acknowledge(row);
    }

    public void Report(SessionError error)
    {
    }

    public void ReportInvalid(ValidationError error)
    {
    }

    public ValueTask<KeyedOutcome?> FindKey(string id, string key, CancellationToken cancellationToken) => new(world.Store.FindKey(id, key));

    public Task<IReadOnlySet<string>> Known(IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw NotAsked();

    public Task<CommitResult> Add(IReadOnlyList<SessionRow> added, long incarnation, long generation, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<string>> ClaimDue(int limit, TimeSpan hold, CancellationToken cancellationToken) => throw NotAsked();

    public Task Hasten(int limit, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<SessionRow>> List(string? after, int limit, string? status, string? tier, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<T>> Compared<T>(IReadOnlyList<string> ids, Func<ComparedRow, T> look, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<RowPrint>> Prints(IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<SessionRow>> ListBehind(int limit, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<ConflictRecord>> Conflicts(int limit, bool? resolved, CancellationToken cancellationToken) => throw NotAsked();

    public Task<ConflictRecord?> FindConflict(long id, CancellationToken cancellationToken) => throw NotAsked();

    public Task KeepVerified(Guid pass, IReadOnlyList<ValidationError> found, IReadOnlyList<string> unjudged, CancellationToken cancellationToken) => throw NotAsked();

    public Task CloseVerified(Guid pass, DateTimeOffset began, CancellationToken cancellationToken) => throw NotAsked();

    public Task CloseShadow(string sessionId, CancellationToken cancellationToken) => throw NotAsked();

    public Task<ValidationErrors> ListInvalid(int limit, bool resolved, CancellationToken cancellationToken) => throw NotAsked();
    public Task<IReadOnlyList<KeptValidationError>> Mismatches((string SessionId, string Field)? after, int limit, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<SessionMark>> Marks(IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw NotAsked();

    public Task<IReadOnlyList<SessionMark>> Marks(string? after, int limit, CancellationToken cancellationToken) => throw NotAsked();

    public Task<SyncLag> Lag(CancellationToken cancellationToken) => throw NotAsked();

    public Task<SessionCounts> Count(CancellationToken cancellationToken) => throw NotAsked();

    private CommitResult Committed(SessionCommit commit, StoreFault fault)
    {
        try
        {
            var result = world.Store.Commit(commit, activation.Legacy, fault);
            if (result == CommitResult.Committed) Rows.Add(commit.Next);
            return result;
        }
        catch (Violation violation)
        {
            throw world.Events.Found(violation);
        }
    }

    private static NotSupportedException NotAsked() => new("Sessions do not ask the store for this.");
}
