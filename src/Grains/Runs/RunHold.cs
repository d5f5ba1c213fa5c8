using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Why no run goes on at the moment; each does so by itself when the reason is over.</summary>
public static class RunHold
{
    /// <param name="active">Silos that the cluster counts as active.</param>
    /// <returns>For people to read; null = the run goes on.</returns>
    public static string? Of(RunStatus run, RolloutState rollout, int active, GaiaOptions gaia) =>
        rollout.Paused is { } why ? $"the rollout is paused: {why}"
        : active < gaia.Quorum ? $"no quorum: {active} of {gaia.ExpectedSilos} silos are active, {gaia.Quorum} are needed"
        : Mends(run) && rollout.FeedsLegacy && SessionSyncRule.Refusal(rollout) is not null ? "dual-write is off: clients write to GAIA_HOME alone, and what is there is not taken over"
        : null;

    /// <summary>One that was begun while dual-write was on outlives the way back that the guide has for an incident, and goes on after it.</summary>
    private static bool Mends(RunStatus run) => !run.DryRun && (run.Repair || run.Kind == IRunGrain.Reconcile);
}
