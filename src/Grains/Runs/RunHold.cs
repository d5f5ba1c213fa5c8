using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Why no run goes on at the moment; each does so by itself when the reason is over.</summary>
public static class RunHold
{
    /// <param name="active">Silos that the cluster counts as active.</param>
    /// <returns>For people to read; null = runs go on.</returns>
    public static string? Of(RolloutState rollout, int active, GaiaOptions gaia) =>
        rollout.Paused is { } why ? $"the rollout is paused: {why}"
        : active < gaia.Quorum ? $"no quorum: {active} of {gaia.ExpectedSilos} silos are active, {gaia.Quorum} are needed"
        : null;
}
