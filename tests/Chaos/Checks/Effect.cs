using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>By when a change of one session has taken effect, if it ever does.</summary>
internal sealed class Effect
{
    private readonly Dictionary<string, long> _seen = [];

    /// <param name="operations">Of one session.</param>
    public Effect(IReadOnlyList<Operation> operations)
    {
        // In a list, and in what GAIA_HOME shows of a change that it leads, it may be seen before it is one.
        foreach (var read in operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done, Value.Length: > 0, Listed: false, Side: "go" }))
            if (!_seen.TryGetValue(read.Value!, out var seen) || read.Answered < seen) _seen[read.Value!] = read.Answered;
    }

    public long By(Operation change)
    {
        if (change.Outcome == Outcome.Done) return change.Answered;
        var latest = change.Answered + Moments.Late;
        return change.Value is { } value && _seen.TryGetValue(value, out var seen) ? Math.Min(seen, latest) : latest;
    }
}
