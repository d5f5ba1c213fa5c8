using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>The in-memory store (compare-and-swap on the commit id), which can fail, and which remembers every state that was ever durable.</summary>
internal sealed class StoreModel(EventQueue events)
{
    private readonly InMemoryRolloutStore _rollout = new(events.Time);
    private readonly HashSet<(string Id, string Document)> _durable = [];
    private readonly Dictionary<(string Id, string Key), HashSet<long>> _keys = [];
    private InMemorySessionStore? _sessions;

    private InMemorySessionStore Sessions => _sessions ??= new(_rollout, events.Time);

    public RolloutState Rollout => _rollout.State;

    public void Change(RolloutStep step)
    {
        if (!_rollout.Change(step.Next, step.Entry, default).IsCompletedSuccessfully) throw new InvalidOperationException("The rollout did not change.");
    }

    public LoadedSession Load(string id) => Done(Sessions.Load(id, default).AsTask());

    public CommitResult Commit(SessionRow next, Guid? previous, RolloutState terms, TimeSpan? lease, KeyedOutcome? key, StoreFault fault)
    {
        if (fault == StoreFault.Down) throw new StorageUnavailableException("down");
        if (fault == StoreFault.UnknownLost) throw new OutcomeUnknownException(next.Id, "connection lost");
        var result = Done(Sessions.Commit(new(next, previous, terms.Incarnation, terms.Generation, lease, key), default).AsTask());
        if (result == CommitResult.Committed) Remember(next);
        return fault == StoreFault.UnknownCommitted ? throw new OutcomeUnknownException(next.Id, "connection lost") : result;
    }

    public void Acknowledge(SessionRow row) => Sessions.Acknowledge(row);

    public KeyedOutcome? FindKey(string id, string key) => Done(Sessions.FindKey(id, key, default).AsTask());

    public IReadOnlyList<string> ClaimDue() => Done(Sessions.ClaimDue(100, TimeSpan.FromSeconds(5), default));

    public long Pending() => Done(Sessions.Lag(default)).Pending;

    /// <summary>No commit, no send.</summary>
    public bool EverHeld(string id, SessionDocument? document) => _durable.Contains((id, document?.Text() ?? "deleted"));

    private void Remember(SessionRow row)
    {
        if (row.Version > 0) _durable.Add((row.Id, row.Document?.Text() ?? "deleted"));
        if (row.Intent is { } intent) _durable.Add((row.Id, intent.Document?.Text() ?? "deleted"));
        foreach (var key in row.Keys)
        {
            if (!_keys.TryGetValue((row.Id, key.Key), out var versions)) _keys[(row.Id, key.Key)] = versions = [];
            if (versions.Add(key.Version) && versions.Count > 1) throw new Violation("I4", $"key {key.Key} made versions {string.Join(" and ", versions)} of {row.Id}");
        }
    }

    // The in-memory stores answer at once: nothing in the model waits for another thread.
    private static T Done<T>(Task<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("Not done at once.", task.Exception);
}
