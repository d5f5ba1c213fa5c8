using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>The in-memory store (compare-and-swap on the commit id), which can fail, and which remembers every state that was ever durable.</summary>
internal sealed class StoreModel(World world)
{
    private readonly HashSet<(string Id, string Document)> _durable = [];
    private readonly Dictionary<(string Id, string Key), HashSet<long>> _keys = [];
    private readonly CommitAudit _audit = new(world);
    private InMemorySessionStore? _sessions;

    public InMemoryRolloutStore RolloutRows { get; } = new(world.Events);

    /// <summary>Every value that the target ever held or wrote into its conflict log.</summary>
    public KnownValues Known { get; } = new();

    public RolloutState Rollout => RolloutRows.State;

    private InMemorySessionStore Sessions => _sessions ??= new(RolloutRows, world.Events);

    public void Change(RolloutStep step) => Done(RolloutRows.Change(step.Next, step.Entry, default));

    public LoadedSession Load(string id) => Done(Sessions.Load(id, default).AsTask());

    public SessionRow Row(string id) => Load(id).Row;

    /// <param name="legacy">Legacy as the activation sees it that commits.</param>
    public CommitResult Commit(SessionCommit commit, LegacyPort legacy, StoreFault fault)
    {
        if (fault == StoreFault.Down) throw new StorageUnavailableException("down");
        if (fault == StoreFault.UnknownLost) throw new OutcomeUnknownException(commit.Next.Id, "connection lost");
        var before = Row(commit.Next.Id);
        var result = Done(Sessions.Commit(commit, default).AsTask());
        if (result == CommitResult.Committed)
        {
            Remember(commit.Next);
            _audit.Committed(before, commit, legacy);
        }

        return fault == StoreFault.UnknownCommitted ? throw new OutcomeUnknownException(commit.Next.Id, "connection lost") : result;
    }

    public void Import(SessionRow first, long generation)
    {
        var result = Done(Sessions.Add([first], Rollout.Incarnation, generation, default));
        world.Corners.Visit(result == CommitResult.Committed ? "imported" : "known at import");
        if (result != CommitResult.Committed) return;
        Remember(first);
        // What is stored while legacy serves is read anew before it is believed.
        if (!world.Forwarding) world.Oracles[first.Id].Adopted(Content.Of(first.Document?.Utf8));
    }

    public void Acknowledge(SessionRow row) => Sessions.Acknowledge(row);

    public KeyedOutcome? FindKey(string id, string key) => Done(Sessions.FindKey(id, key, default).AsTask());

    public IReadOnlyList<string> ClaimDue() => Done(Sessions.ClaimDue(100, TimeSpan.FromSeconds(5), default));

    public long Pending() => Done(Sessions.Lag(default)).Pending;

    public long Disputed() => Done(Sessions.Count(default)).Disputed;

    public IReadOnlyList<ConflictRecord> Open(string id) => [.. Done(Sessions.Conflicts(int.MaxValue, resolved: false, default)).Where(c => c.SessionId == id)];

    /// <summary>Why this request should not have left; null = it may.</summary>
    public Violation? Objection(Shipment shipment) =>
        !_durable.Contains((shipment.Id, Text(shipment.Document))) ? new("no commit, no send", $"version {shipment.Version} of {shipment.Id} was sent and is not stored")
        : Row(shipment.Id) is { Conflict: not null, Intent: null } ? new("I2", $"version {shipment.Version} of {shipment.Id} was sent while its conflict waits for an operator")
        : null;

    private void Remember(SessionRow row)
    {
        if (row.Version > 0) _durable.Add((row.Id, Text(row.Document)));
        if (row.Intent is { } intent) _durable.Add((row.Id, Text(intent.Document)));
        Known.Learn(row);
        foreach (var key in row.Keys)
        {
            if (!_keys.TryGetValue((row.Id, key.Key), out var versions)) _keys[(row.Id, key.Key)] = versions = [];
            if (versions.Add(key.Version) && versions.Count > 1) throw new Violation("I4", $"key {key.Key} made versions {string.Join(" and ", versions)} of {row.Id}");
        }
    }

    private static string Text(SessionDocument? document) => document?.Text() ?? "deleted";

    // The in-memory stores answer at once: nothing in the model waits for another thread.
    private static T Done<T>(Task<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("Not done at once.", task.Exception);

    private static void Done(Task task)
    {
        if (!task.IsCompletedSuccessfully) throw new InvalidOperationException("Not done at once.", task.Exception);
    }
}
