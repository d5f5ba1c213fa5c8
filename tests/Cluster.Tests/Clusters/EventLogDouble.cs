using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>The shared event log, which goes away when a test says so.</summary>
public sealed class EventLogDouble(InMemoryEventLog events) : IEventLog
{
    /// <summary>What an event throws instead of being kept; null = it is kept.</summary>
    public Func<EventDraft, Exception?> OnAppend { get; set; } = static _ => null;

    public Task<bool> Append(EventDraft draft, CancellationToken cancellationToken) => OnAppend(draft) is { } fault ? Task.FromException<bool>(fault) : events.Append(draft, cancellationToken);

    public Task<IReadOnlyList<MigrationEvent>> After(long id, int limit, CancellationToken cancellationToken) => events.After(id, limit, cancellationToken);

    public Task<IReadOnlyList<MigrationEvent>> Newest(int limit, IReadOnlyCollection<string> kinds, CancellationToken cancellationToken) => events.Newest(limit, kinds, cancellationToken);
}
