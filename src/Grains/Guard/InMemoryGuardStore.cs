using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Guard;

/// <summary>The guard of a cluster that keeps nothing.</summary>
public sealed class InMemoryGuardStore(InMemoryEventLog events) : IGuardStore
{
    private readonly Lock _gate = new();
    private readonly List<GuardEntry> _entries = [];

    public Task Add(GuardEntry entry, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            events.Append(entry.ToEvent());
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<GuardEntry>> Newest(int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<GuardEntry>>([.. _entries.AsEnumerable().Reverse().Take(limit)]);
    }
}
