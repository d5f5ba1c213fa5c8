using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Conflicts;

/// <summary>The conflict log of a cluster that keeps nothing. Its owner serialises the calls.</summary>
public sealed class InMemoryConflictLog(InMemoryEventLog events)
{
    private readonly List<ConflictRecord> _records = [];

    public long Open => _records.Count(r => !r.Resolved);

    public long Resolved => _records.Count(r => r.Resolved);

    public void Add(SessionRow row)
    {
        var (before, resolvedBefore) = (_records.Count, Resolved);
        foreach (var entry in row.Log)
        {
            var open = _records.FindIndex(r => !r.Resolved && r.SessionId == row.Id && r.Field == entry.Field);
            if (open >= 0) _records[open] = Of(_records[open] with { PythonValue = entry.PythonValue ?? _records[open].PythonValue, GoValue = entry.GoValue ?? _records[open].GoValue }, entry.Resolution);
            // A line that only closes needs one to close.
            else if (entry.Resolution is null || entry.PythonValue is not null || entry.GoValue is not null)
                _records.Add(Of(new(_records.Count + 1, row.Id, entry.Field, entry.PythonValue, entry.GoValue, entry.At, false, null, null, null, null), entry.Resolution));
        }

        Tell("opened", _records.Skip(before).Count(r => !r.Resolved));
        Tell("resolved", Resolved - resolvedBefore);

        void Tell(string action, long count)
        {
            if (count > 0) events.Append(EventDraft.Of(EventKinds.Conflict, new { Action = action, Count = count, SessionIds = new[] { row.Id } }));
        }
    }

    public IReadOnlyList<ConflictRecord> List(int limit, bool? resolved) =>
        [.. _records.AsEnumerable().Reverse().Where(r => resolved is null || r.Resolved == resolved).Take(limit)];

    public ConflictRecord? Find(long id) => _records.Find(r => r.Id == id);

    private static ConflictRecord Of(ConflictRecord record, Resolution? resolution) => resolution is null
        ? record
        : record with { Resolved = true, Strategy = resolution.Strategy, ResolvedBy = resolution.By, ResolvedAt = resolution.At, Reason = resolution.Reason };
}
