namespace GaiaOrleans.Grains.Events;

/// <summary>
/// Everything that happened to the migration, in one order. Whoever has read up to an id and reads on from there misses nothing, whichever
/// transactions were under way meanwhile.
/// </summary>
public interface IEventLog
{
    /// <returns>False: an event with this key is there already.</returns>
    Task<bool> Append(EventDraft draft, CancellationToken cancellationToken);

    /// <summary>What came after an id, oldest first.</summary>
    Task<IReadOnlyList<MigrationEvent>> After(long id, int limit, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="kinds">Only these; empty = all.</param>
    Task<IReadOnlyList<MigrationEvent>> Newest(int limit, IReadOnlyCollection<string> kinds, CancellationToken cancellationToken);
}
