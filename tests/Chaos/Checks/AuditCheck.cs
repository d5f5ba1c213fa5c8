using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>What clients were told, against every state that a database has had of one session.</summary>
internal static class AuditCheck
{
    /// <param name="states">In their order.</param>
    /// <param name="writes">The operation of each value.</param>
    public static IEnumerable<Violation> Of(string where, IReadOnlyList<HeldState> states, IReadOnlyDictionary<string, Operation> writes)
    {
        var changed = false;
        foreach (var state in states)
        {
            if (state.Register is { Length: > 0 } value)
            {
                if (!writes.TryGetValue(value, out var write)) yield return new(ViolationKind.Unordered, state.Session, $"{where} held {value}, which nobody has written", []);
                else if (write.Outcome == Outcome.Refused) yield return new(ViolationKind.Doubled, state.Session, $"{where} held {value}, of which it was said that nothing took effect", [write]);
            }
            else if (changed && state.Register == OrderCheck.Seed)
            {
                yield return new(ViolationKind.Lost, state.Session, $"{where} held again what was there at first", []);
            }

            changed |= state.Register != OrderCheck.Seed;
        }
    }

    /// <summary>Every acknowledged write that was told a place has been stored, and in the order of their places.</summary>
    /// <param name="states">PostgreSQL's, of one session, in their order.</param>
    /// <param name="operations">Of the session.</param>
    public static IEnumerable<Violation> Stored(IReadOnlyList<HeldState> states, IReadOnlyList<Operation> operations)
    {
        var places = new Dictionary<string, int>();
        foreach (var (state, place) in states.Select((s, i) => (s, i)))
            if (state.Register is { Length: > 0 } value) places.TryAdd(value, place);
        Operation? before = null;
        foreach (var write in operations.Where(o => o is { Kind: OperationKind.Write, Outcome: Outcome.Done, Version: not null, Value: not null }).OrderBy(o => o.Version))
        {
            if (!places.TryGetValue(write.Value!, out var place))
            {
                yield return new(ViolationKind.Lost, write.Session, "it was acknowledged, and PostgreSQL has never held it", [write]);
                continue;
            }

            if (before is not null && places[before.Value!] > place) yield return new(ViolationKind.Unordered, write.Session, "PostgreSQL held them in another order than that of their versions", [before, write]);
            before = write;
        }
    }
}
