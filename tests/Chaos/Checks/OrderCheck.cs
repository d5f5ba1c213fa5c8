using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>
/// What clients' clocks alone say about reads, also of changes that were told no version because legacy took them, of sessions that were not there,
/// and of those that nobody has changed: a read shows nothing that had been replaced, for good, before it was asked for.
/// </summary>
internal static class OrderCheck
{
    /// <summary>What a session that nobody has changed shows.</summary>
    public const string Seed = "";

    /// <param name="operations">Of one session.</param>
    /// <param name="absences">When it was deleted in either database; null = nobody has written that down.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations, IReadOnlyList<long>? absences = null)
    {
        var done = operations.Where(o => o is { Change: true, Outcome: Outcome.Done }).ToList();
        var (changes, writes) = (LastInvoked(done), LastInvoked(done.Where(o => o.Kind == OperationKind.Write)));
        var written = operations.Where(o => o is { Kind: OperationKind.Write, Value: not null }).ToDictionary(o => o.Value!);
        var effect = new Effect(operations, absences);
        var deletes = operations.Where(o => o.Kind == OperationKind.Delete && effect.May(o)).ToList();
        foreach (var read in operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done }))
        {
            var replaced = read.Value switch
            {
                null => writes.Before(read.Invoked, null) is { } write && deletes.All(d => d.Invoked > read.Answered || effect.By(d) < write.Invoked) ? write : null,
                Seed => changes.Before(read.Invoked, null),
                _ when written.TryGetValue(read.Value, out var source) && source.Outcome != Outcome.Refused => changes.Before(read.Invoked, null) is { } change && change.Invoked > effect.By(source) ? change : null,
                _ => null,
            };
            if (replaced is not null) yield return new(ViolationKind.Stale, read.Session, $"a read shows {read.Value switch { null => "no session", Seed => "what was there at first", var value => value }}, which had been replaced", [replaced, read]);
        }
    }

    /// <summary>Of all changes that were answered before a moment, the one that was asked for last.</summary>
    private static Timeline<Operation?> LastInvoked(IEnumerable<Operation> changes) =>
        new(changes.Select(c => (c.Answered, (Operation?)c)), (latest, next) => next!.Invoked > latest!.Invoked ? next : latest);
}
