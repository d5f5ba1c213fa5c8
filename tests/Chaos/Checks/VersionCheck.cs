using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether a read's ETag promises more than it shows: whoever builds on it would overwrite a change that he has not seen.</summary>
internal static class VersionCheck
{
    /// <param name="operations">Of one session.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations)
    {
        var changes = operations.Where(o => o is { Change: true, Outcome: Outcome.Done, Version: not null }).OrderBy(o => o.Version).ToList();
        var places = changes.ConvertAll(c => c.Version!.Value);
        var written = changes.Where(o => o.Value is not null).ToDictionary(o => o.Value!);
        foreach (var read in operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done, Version: not null, Value.Length: > 0 }))
        {
            if (!written.TryGetValue(read.Value!, out var source) || source.Version >= read.Version) continue;
            var at = places.BinarySearch(read.Version!.Value);
            var newest = changes[at >= 0 ? at : ~at - 1];
            if (newest.Version > source.Version) yield return new(ViolationKind.Lost, read.Session, $"a read says that it shows version {read.Version}, and shows {source.Version}", [source, newest, read]);
        }

        foreach (var change in changes)
            if (change.Expected is { } expected && change.Version != expected + 1)
                yield return new(ViolationKind.Lost, change.Session, $"a change of version {expected} became version {change.Version}: another is between", [change]);
    }
}
