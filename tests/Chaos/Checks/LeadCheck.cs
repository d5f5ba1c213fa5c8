using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether the side that a change was said to be taken to first has had it first.</summary>
internal static class LeadCheck
{
    private const string Legacy = "python";

    /// <param name="operations">Of one session.</param>
    /// <param name="go">When PostgreSQL first held a value, by the machine's wall clock.</param>
    /// <param name="python">When GAIA_HOME's SQLite did.</param>
    /// <param name="fences">When a change of the rollout returned, and its epoch.</param>
    public static IEnumerable<Violation> Of(
        IReadOnlyList<Operation> operations, IReadOnlyDictionary<string, double> go, IReadOnlyDictionary<string, double> python, IReadOnlyList<(long At, long Epoch)> fences)
    {
        var since = fences.GroupBy(f => f.Epoch).ToDictionary(f => f.Key, f => f.Min(e => e.At));
        foreach (var change in operations.Where(o => o is { Kind: OperationKind.Write, Outcome: Outcome.Done, Version: not null, Value: not null, Side: not null, Epoch: not null, Attempts: 1 }))
        {
            // Asked and answered in one epoch: the gateway may have asked a session more than once, and another side led before.
            if (!since.TryGetValue(change.Epoch!.Value, out var begun) || begun > change.Invoked) continue;
            if (!go.TryGetValue(change.Value!, out var here) || !python.TryGetValue(change.Value!, out var there)) continue;
            // SQLite's clock shows milliseconds.
            var late = change.Side == Legacy ? there - here : here - there;
            if (late > 0.002) yield return new(ViolationKind.TwoLeads, change.Session, $"{change.Side} was to lead in epoch {change.Epoch}, and had it {late * 1000:0} ms after the other side", [change]);
        }
    }
}
