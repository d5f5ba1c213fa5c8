using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Contracts.Gates;

/// <summary>What a change of the phase would do, and what stands in its way.</summary>
/// <param name="GoPercentage">The split that would be in force afterwards.</param>
/// <param name="Gates">Every gate on the way, passed or not. Going back meets none.</param>
[GenerateSerializer, Immutable, Alias("gaia.gate.plan")]
public sealed record PhasePlan(
    [property: Id(0)] RolloutPhase From,
    [property: Id(1)] RolloutPhase To,
    [property: Id(2)] decimal GoPercentage,
    [property: Id(3)] GateVerdict[] Gates)
{
    public GateVerdict[] Blockers => [.. Gates.Where(g => g.Status != GateStatus.Pass)];

    public bool CanAdvance => From != To && Gates.All(g => g.Status == GateStatus.Pass);
}
