using System.Globalization;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>An epoch of the rollout.</summary>
/// <param name="Percentage">Of the sessions that the target serves.</param>
/// <param name="Together">Dual-write was on: with it off GAIA_HOME serves all.</param>
internal sealed record SplitEpoch(long Epoch, decimal Percentage, bool Together)
{
    /// <summary>Dual-write was off, and not just being switched.</summary>
    public bool Alone { get; init; }

    /// <param name="became">What the history says that the rollout became.</param>
    public static SplitEpoch Of(long epoch, string became)
    {
        var percentage = became.Split(' ').First(word => word.EndsWith('%'));
        return new(epoch, decimal.Parse(percentage.AsSpan(0, percentage.Length - 1), CultureInfo.InvariantCulture), became.Contains("dual-write on ", StringComparison.Ordinal)) { Alone = became.Contains("dual-write off ", StringComparison.Ordinal) };
    }
}

/// <summary>
/// Whether a read was served by GAIA_HOME although its session was the target's by then. That the target serves one of GAIA_HOME's is no fault: it lacks
/// an acknowledged change.
/// </summary>
internal static class SideCheck
{
    /// <param name="operations">Of one session.</param>
    /// <param name="goFrom">The least percentage of those tried at which the target served it when nothing was pending; null = at none.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations, decimal? goFrom, IReadOnlyDictionary<long, SplitEpoch> epochs) =>
        from read in operations
        where read is { Kind: OperationKind.Read, Outcome: Outcome.Done, Listed: false, Side: "python", Epoch: not null }
        where epochs.TryGetValue(read.Epoch!.Value, out var epoch) && epoch.Together && epoch.Percentage >= goFrom
        select new Violation(ViolationKind.WrongSide, read.Session, $"GAIA_HOME served it in epoch {read.Epoch}, when {epochs[read.Epoch!.Value].Percentage:0.##} % were the target's; it is from {goFrom:0.##} % on", [read]);
}
