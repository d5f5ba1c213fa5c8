using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Phase 3 and what follows it: long without a breach, nothing left open, nothing left over.</summary>
internal static class MonitoringGates
{
    public static GateVerdict Soaked(RolloutState state, Evidence e) =>
        SoakGates.Of("soak_monitoring", 50, e.Required.SoakMonitoring, e.Windows?.UnbreachedAt50, e.Windows?.LastBreach, state, e);

    public static GateVerdict SoakedAt100(RolloutState state, Evidence e) =>
        SoakGates.Of("soak_at_100", 100, e.Required.SoakAt100, e.Windows?.UnbreachedAt100, e.Windows?.LastBreach, state, e);

    public static GateVerdict NothingOpen(Evidence e)
    {
        const string gate = "nothing_open";
        const string required = "0 open conflicts, 0 open validation errors";
        if (e is not { Sessions: { } sessions, OpenValidationErrors: { } errors }) return Verdict.Unknown(gate, "not known", required);
        return Verdict.Of(sessions.OpenConflicts == 0 && errors == 0, gate, $"{sessions.OpenConflicts} open conflicts, {errors} open validation errors", required);
    }

    public static GateVerdict SourceDrained(Evidence e)
    {
        const string gate = "source_drained";
        const string required = "0 pending";
        return e.Lag is { } lag ? Verdict.Of(lag.Pending == 0, gate, $"{lag.Pending} pending", required) : Verdict.Unknown(gate, "not known", required);
    }
}
