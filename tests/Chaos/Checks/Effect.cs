using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>By when a change of one session has taken effect, if it ever does.</summary>
internal sealed class Effect
{
    private readonly Dictionary<string, long> _seen = [];
    private readonly IReadOnlyList<long>? _absences;

    /// <param name="operations">Of one session.</param>
    /// <param name="absences">When it was deleted in either database, in order; null = nobody has written that down.</param>
    public Effect(IReadOnlyList<Operation> operations, IReadOnlyList<long>? absences = null)
    {
        _absences = absences;
        // In a list, and in what GAIA_HOME shows of a change that it leads, it may be seen before it is one.
        foreach (var read in operations.Where(o => o is { Kind: OperationKind.Read, Outcome: Outcome.Done, Value.Length: > 0, Listed: false, Side: "go" }))
            if (!_seen.TryGetValue(read.Value!, out var seen) || read.Answered < seen) _seen[read.Value!] = read.Answered;
    }

    /// <summary>Whether it has any, for all that is known: a delete of unknown outcome has none where the session was never deleted then.</summary>
    public bool May(Operation change) => change.Outcome switch
    {
        Outcome.Done => true,
        Outcome.Refused => false,
        _ => change.Kind != OperationKind.Delete || _absences is null || LastAbsence(change) is not null,
    };

    public long By(Operation change)
    {
        if (change.Outcome == Outcome.Done) return change.Answered;
        var latest = change.Answered + Moments.Late;
        if (change.Kind == OperationKind.Delete) return _absences is null ? latest : LastAbsence(change) ?? change.Invoked;
        return change.Value is { } value && _seen.TryGetValue(value, out var seen) ? Math.Min(seen, latest) : latest;
    }

    /// <summary>The last that may have been of this delete.</summary>
    private long? LastAbsence(Operation delete) =>
        _absences!.Where(at => at >= delete.Invoked - Moments.WallClock && at <= delete.Answered + Moments.Late).Select(at => (long?)at + Moments.WallClock).LastOrDefault();
}
