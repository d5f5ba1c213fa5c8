using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>
/// Whether a database has held a value again after another: each is written by one operation, so it was made twice, or what came after it was undone.
/// </summary>
internal static class TwiceCheck
{
    // By which a request may be held up, between a silo and GAIA_HOME or in either of them, and be carried out after later ones.
    private static readonly HashSet<string> HoldUp = ["partition_silo_legacy", "silo_stop", "silo_unplugged"];

    /// <param name="states">Of one session, in their order.</param>
    /// <param name="writes">The operation of each value.</param>
    /// <param name="excused">Whether a value may be there again: since that moment, by the recorder's clock, and by that operation.</param>
    public static IEnumerable<Violation> Of(string where, IReadOnlyList<HeldState> states, IReadOnlyDictionary<string, Operation> writes, Func<Operation, HeldState, bool> excused)
    {
        var seen = new HashSet<string>();
        string? before = null;
        foreach (var state in states)
        {
            if (state.Register is { Length: > 0 } value && value != before && !seen.Add(value) && writes.TryGetValue(value, out var write) && !excused(write, state))
                yield return new(ViolationKind.Doubled, state.Session, $"{where} holds {value} again, after {before ?? "no session"}", [write]);
            before = state.Register;
        }
    }

    /// <summary>With dual-write off GAIA_HOME alone serves, and carries a repeated request out once more; the cluster takes over what it finds there.</summary>
    public static bool Alone(Operation write, Switches switches) => switches.MayBeOff(write.Invoked, write.Outcome == Outcome.Done ? write.Answered : write.Answered + Moments.Late);

    /// <summary>GAIA_HOME compares no versions: what reaches it late is put right afterwards, and was there meanwhile.</summary>
    public static bool Late(long at, IReadOnlyList<Trouble> troubles) =>
        troubles.Any(t => (HoldUp.Contains(t.Kind) || t.Kind.StartsWith("legacy_", StringComparison.Ordinal)) && t.Began < at && at < t.Ended + Moments.Late);
}
