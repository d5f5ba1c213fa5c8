using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Which run says something about the store.</summary>
internal static class RunProof
{
    /// <summary>The last that went to its end and changed what it counted.</summary>
    public static RunStatus? Last(RunStatus run) => run is { State: RunState.Completed, DryRun: false } ? run : run.Proven;

    /// <summary>A dry run proves nothing and takes nothing back; what a run under way will find is not known yet.</summary>
    public static RunStatus Judged(RunStatus run) => run is { DryRun: true, Proven: { } proven } ? proven : run;
}
