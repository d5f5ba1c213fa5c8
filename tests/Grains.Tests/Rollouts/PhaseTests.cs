using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class PhaseTests
{
    // Rows: the phase before. Columns: 0 | 0.01 | 10 | 50 | 50.01 | 99.99 | 100
    private const RolloutPhase P = RolloutPhase.Preparation, W = RolloutPhase.DualWrite, G = RolloutPhase.GradualRollout, M = RolloutPhase.Monitoring,
        C = RolloutPhase.Cutover, D = RolloutPhase.Deprecation, X = RolloutPhase.Completed;

    private static readonly decimal[] Percentages = [0m, 0.01m, 10m, 50m, 50.01m, 99.99m, 100m];

    [Theory]
    [InlineData(P, new[] { P, G, G, G, C, C, C })]
    [InlineData(W, new[] { W, G, G, G, C, C, C })]
    [InlineData(G, new[] { W, G, G, G, C, C, C })]
    [InlineData(M, new[] { W, M, M, M, C, C, C })]
    [InlineData(C, new[] { W, G, G, G, C, C, C })]
    [InlineData(D, new[] { W, G, G, G, C, C, D })]
    [InlineData(X, new[] { W, G, G, G, C, C, X })]
    public void The_phase_is_one_whose_range_holds_the_percentage(RolloutPhase from, RolloutPhase[] expected) =>
        Assert.Equal(expected, Percentages.Select(p => PhaseRules.PhaseOf(from, p)));

    [Fact]
    public void Trailing_zeros_do_not_move_a_border()
    {
        Assert.Equal(W, PhaseRules.PhaseOf(G, 0.00m));
        Assert.Equal(G, PhaseRules.PhaseOf(G, 50.00m));
        Assert.Equal(D, PhaseRules.PhaseOf(D, 100.00m));
    }
}
