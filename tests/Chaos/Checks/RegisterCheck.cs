using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>
/// Whether the acknowledged operations of one session can be put into one order that clients' clocks agree with. Every value is written by one
/// operation only, and every acknowledged change is told its place in the order, its version: so nothing has to be searched.
/// </summary>
internal static class RegisterCheck
{
    private const string LedByLegacy = "python";

    /// <param name="operations">Of one session.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations)
    {
        var changes = operations.Where(o => o is { Change: true, Outcome: Outcome.Done, Version: not null }).OrderBy(o => o.Version).ToList();
        var written = operations.Where(o => o is { Kind: OperationKind.Write, Value: not null }).ToDictionary(o => o.Value!);
        return [.. SamePlace(changes), .. AgainstTime(changes), .. Expectations(changes), .. Twice(operations, changes), .. Reads(operations, changes, written)];
    }

    private static IEnumerable<Violation> SamePlace(List<Operation> changes)
    {
        foreach (var (before, after) in changes.Zip(changes.Skip(1)))
            if (before.Version == after.Version)
                yield return new(ViolationKind.Lost, after.Session, $"two changes were acknowledged as version {after.Version}: one of them has no effect", [before, after]);
    }

    /// <summary>A change that was answered before another was asked for comes before it.</summary>
    private static IEnumerable<Violation> AgainstTime(List<Operation> changes)
    {
        // From the last place to the first: the earliest answer among the places after.
        Operation? earliest = null;
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            if (earliest is not null && earliest.Answered < changes[i].Invoked)
                yield return new(ViolationKind.Unordered, changes[i].Session, "a change took a place before one that had been answered already", [changes[i], earliest]);
            if (earliest is null || changes[i].Answered < earliest.Answered) earliest = changes[i];
        }
    }

    /// <summary>What was changed only if it had a version follows that version: no other acknowledged change is between.</summary>
    private static IEnumerable<Violation> Expectations(List<Operation> changes)
    {
        foreach (var (before, after) in changes.Zip(changes.Skip(1)))
            if (after.Expected is { } expected && before.Version > expected && before.Version < after.Version)
                yield return new(ViolationKind.Lost, after.Session, $"a change that wanted version {expected} overwrote version {before.Version}", [before, after]);
    }

    /// <summary>What was seen before another change was asked for has its place before that one; with a place after it, it was made a second time.</summary>
    private static IEnumerable<Violation> Twice(IReadOnlyList<Operation> operations, List<Operation> changes)
    {
        var firstSeen = operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done, Value: not null }).GroupBy(o => o.Value!).ToDictionary(g => g.Key, g => g.MinBy(r => r.Answered)!);
        // From the last asked for to the first, the lowest place so far: time backwards.
        var lowestAfter = new Timeline<Operation?>(changes.Select(c => (-c.Invoked, (Operation?)c)), (lowest, next) => next!.Version < lowest!.Version ? next : lowest);
        foreach (var change in changes)
        {
            if (change.Value is null || !firstSeen.TryGetValue(change.Value, out var seen)) continue;
            if (lowestAfter.Before(-seen.Answered, null) is { } later && later.Version < change.Version)
                yield return new(ViolationKind.Doubled, change.Session, "a change that had been seen was made once more, after another", [change, seen, later]);
        }
    }

    private static IEnumerable<Violation> Reads(IReadOnlyList<Operation> operations, List<Operation> changes, Dictionary<string, Operation> written)
    {
        var acknowledged = Highest(changes.Select(c => (c.Answered, c)));
        // GAIA_HOME shows what it leads before it is acknowledged; when the silo that carries it dies, readers may see it, not see it and see it again.
        var seen = Highest(operations
            .Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done, Value.Length: > 0, Listed: false } && written.TryGetValue(o.Value!, out var source) && source is { Outcome: Outcome.Done, Version: not null } && source.Side != LedByLegacy && source.Attempts == 1)
            .Select(o => (o.Answered, o with { Version = written[o.Value!].Version })));
        foreach (var read in operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done, Value.Length: > 0 }).OrderBy(o => o.Invoked))
        {
            if (!written.TryGetValue(read.Value!, out var source) || source.Outcome == Outcome.Refused || source.Invoked > read.Answered)
            {
                yield return new(ViolationKind.Unordered, read.Session, "a value was read that nobody had written then", source is null ? [read] : [source, read]);
                continue;
            }

            // Of an unknown outcome nobody was told the place.
            if (source.Version is null || source.Outcome != Outcome.Done) continue;
            if (acknowledged.Before(read.Invoked, null) is { } latest && latest.Version > source.Version)
                yield return new(ViolationKind.Stale, read.Session, "a read shows less than what was acknowledged before it", [source, latest, read]);
            if (seen.Before(read.Invoked, null) is { } shown && shown.Version > source.Version)
                yield return new(ViolationKind.Stale, read.Session, "a read shows less than a read before it", [shown, read]);
        }
    }

    /// <summary>Of all before a moment, the one of the highest place.</summary>
    private static Timeline<Operation?> Highest(IEnumerable<(long At, Operation What)> placed) =>
        new(placed.Select(p => (p.At, (Operation?)p.What)), (highest, next) => next!.Version > highest!.Version ? next : highest);
}
