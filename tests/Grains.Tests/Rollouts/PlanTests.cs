using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Tests.Gates;

namespace GaiaOrleans.Grains.Tests.Rollouts;

/// <summary>A plan says what the change itself would be told.</summary>
public sealed class PlanTests
{
    private static readonly RolloutState Deprecated = Some.Rollout(phase: RolloutPhase.Deprecation, percentage: 100);

    private static IEnumerable<string> Blockers(RolloutState state, RolloutPhase to, Evidence? evidence = null) => RolloutRules.Plan(state, to, evidence ?? Proof.Complete).Blockers.Select(b => b.Gate);

    [Theory]
    [InlineData(RolloutPhase.DualWrite)]
    [InlineData(RolloutPhase.Cutover)]
    [InlineData(RolloutPhase.Deprecation)]
    public void From_the_end_there_is_no_way_back(RolloutPhase to)
    {
        var plan = RolloutRules.Plan(Deprecated with { Phase = RolloutPhase.Completed }, to, Proof.Complete);
        Assert.Equal((false, CompletionRules.NoWayBack().Blockers.Single()), (plan.CanAdvance, plan.Blockers.Single()));
    }

    [Theory]
    [InlineData(RolloutPhase.DualWrite)]
    [InlineData(RolloutPhase.Cutover)]
    public void Preparation_is_no_place_to_go_to(RolloutPhase from) =>
        Assert.Equal(["to"], Assert.Throws<InvalidInputException>(() => RolloutRules.Plan(Some.Rollout(phase: from), RolloutPhase.Preparation, Proof.Complete)).Errors.Keys);

    [Fact]
    public void What_is_the_present_phase_needs_nothing_and_advances_nothing() =>
        Assert.Equal((false, 0), RolloutRules.Plan(Some.Rollout(phase: RolloutPhase.Preparation), RolloutPhase.Preparation, Proof.Nothing) is var plan ? (plan.CanAdvance, plan.Gates.Length) : default);

    [Fact]
    public void The_end_asks_for_what_no_gate_asks()
    {
        Assert.Empty(Blockers(Deprecated, RolloutPhase.Completed).Intersect(["pins", "conflicts", "percentage", "drained"]));
        var pinned = Deprecated with { Pins = new([new("s-1", Side.Python, null, "asked for", "tester", Some.Now)]) };
        Assert.Contains("pins", Blockers(pinned, RolloutPhase.Completed));
        Assert.Contains("conflicts", Blockers(Deprecated, RolloutPhase.Completed, Proof.Complete with { Lag = Proof.Pending(0) with { OpenConflicts = 1 } }));
        Assert.Contains("percentage", Blockers(Some.Rollout(phase: RolloutPhase.Cutover, percentage: 60), RolloutPhase.Completed));
    }

    /// <summary>It is waited for once writes are held; what has been waiting for too long is a gate's.</summary>
    [Fact]
    public void What_is_on_its_way_does_not_stand_in_the_way() =>
        Assert.DoesNotContain("drained", Blockers(Deprecated, RolloutPhase.Completed, Proof.Complete with { Lag = Proof.Pending(3) }));
}
