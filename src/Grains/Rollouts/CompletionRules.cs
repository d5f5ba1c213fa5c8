using System.Globalization;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The point of no return: GAIA_HOME is fed no longer, nothing is adopted from it, and no split leads back to it.</summary>
public static class CompletionRules
{
    /// <summary>What holds only while writes are held.</summary>
    private const string Drained = "drained";

    /// <summary>What must hold at the very moment, whatever the gates said before; what holds is not listed.</summary>
    public static IEnumerable<GateVerdict> Unfinished(RolloutState state, SyncLag lag)
    {
        if (state.GoPercentage != 100) yield return Fail("percentage", string.Create(CultureInfo.InvariantCulture, $"{state.GoPercentage:0.##} %"), "100 %");
        if (lag.Pending > 0) yield return Fail(Drained, $"{lag.Pending} pending", "0 pending");
        if (lag.Refused + lag.OpenConflicts > 0) yield return Fail("conflicts", $"{Math.Max(lag.Refused, lag.OpenConflicts)} open", "0 open");
        if (state.Pins.Count(p => p.Side == Side.Python) is > 0 and var pinned) yield return Fail("pins", $"{pinned} pinned to python", "none");
    }

    /// <summary>Of that what is asked for before writes are held, and not asked by a gate on the way that does not pass.</summary>
    public static IEnumerable<GateVerdict> Ahead(RolloutState state, SyncLag lag, IEnumerable<GateVerdict> blockers) =>
        Unfinished(state, lag).ExceptBy(blockers.Select(b => b.Gate).Append(Drained), b => b.Gate);

    public static RolloutStep Complete(RolloutState state, Caller caller, DateTimeOffset now) => RolloutRules.Step(state, state with
    {
        Phase = RolloutPhase.Completed,
        DualWrite = state.DualWrite with { Enabled = false, Closing = false },
        Pins = PinSet.None,
    }, "complete", caller, false, now);

    /// <summary>What every way back is answered with.</summary>
    public static BlockedException NoWayBack() => new([Fail("completed", "the migration is complete, GAIA_HOME is not fed any more", "a migration that is not complete")]);

    private static GateVerdict Fail(string gate, string observed, string required) => new(gate, GateStatus.Fail, observed, required);
}
