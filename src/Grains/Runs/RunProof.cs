using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Which run says something about the store.</summary>
public static class RunProof
{
    /// <summary>The last that went to its end and changed what it counted.</summary>
    public static RunStatus? Last(RunStatus run) => run is { State: RunState.Completed, DryRun: false } ? run : run.Proven;

    /// <summary>A dry run proves nothing and takes nothing back: what was before it is judged, and if that was broken off, as broken off.</summary>
    public static RunStatus Judged(RunStatus run) => run is { DryRun: true, Before: { RunId: not null } before } ? before : run;

    /// <summary>Without what it remembers of others.</summary>
    public static RunStatus? Alone(RunStatus? run) => run is null ? null : run with { Proven = null, Before = null };
}
