namespace GaiaOrleans.Grains.Events;

/// <summary>The events of a cluster that keeps nothing.</summary>
public sealed class InMemoryEventLog(TimeProvider time) : IEventLog
{
    private readonly Lock _gate = new();
    private readonly List<MigrationEvent> _events = [];
    private readonly HashSet<string> _keys = [];

    public int Count
    {
        get { lock (_gate) return _events.Count; }
    }

    public bool Append(EventDraft draft)
    {
        lock (_gate)
        {
            if (draft.Key is { } key && !_keys.Add(key)) return false;
            _events.Add(new(_events.Count + 1, time.GetUtcNow(), draft.Kind, draft.Data));
            return true;
        }
    }

    public Task<bool> Append(EventDraft draft, CancellationToken cancellationToken) => Task.FromResult(Append(draft));

    public Task<IReadOnlyList<MigrationEvent>> After(long id, int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<MigrationEvent>>([.. _events.Skip((int)Math.Min(id, _events.Count)).Take(limit)]);
    }

    public Task<IReadOnlyList<MigrationEvent>> Newest(int limit, IReadOnlyCollection<string> kinds, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<MigrationEvent>>([.. _events.AsEnumerable().Reverse().Where(e => kinds.Count == 0 || kinds.Contains(e.Kind)).Take(limit)]);
    }
}
