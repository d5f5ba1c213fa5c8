using System.Globalization;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Phase 3 and what follows it: long without a breach, nothing left open, nothing left over.</summary>
internal static class MonitoringGates
{
    // Longer than GAIA_HOME's total timeout, after which a change waits to be sent again.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(5);

    public static GateVerdict Soaked(RolloutState state, Evidence e) =>
        SoakGates.Of("soak_monitoring", 50, e.Required.SoakMonitoring, e.Windows?.UnbreachedAt50, e.Windows?.LastBreach, state, e);

    public static GateVerdict SoakedAt100(RolloutState state, Evidence e) =>
        SoakGates.Of("soak_at_100", 100, e.Required.SoakAt100, e.Windows?.UnbreachedAt100, e.Windows?.LastBreach, state, e);

    public static GateVerdict NothingOpen(Evidence e)
    {
        const string gate = "nothing_open";
        const string required = "0 open conflicts, 0 open validation errors";
        if (e is not { Lag: { } lag, OpenValidationErrors: { } errors }) return Verdict.Unknown(gate, "not known", required);
        return Verdict.Of(lag.OpenConflicts == 0 && errors == 0, gate, $"{lag.OpenConflicts} open conflicts, {errors} open validation errors", required);
    }

    /// <summary>What is on its way is no backlog: where clients write all the time something always is. The end itself holds writes, and waits for that.</summary>
    public static GateVerdict SourceDrained(Evidence e)
    {
        const string gate = "source_drained";
        var required = $"none pending for longer than {OnItsWay.TotalSeconds:0} s";
        return e.Lag is { } lag
            ? Verdict.Of(lag.Pending == 0 || lag.Oldest <= OnItsWay, gate, string.Create(CultureInfo.InvariantCulture, $"{lag.Pending} pending, the oldest for {lag.Oldest.TotalSeconds:0.0} s"), required)
            : Verdict.Unknown(gate, "not known", required);
    }
}
