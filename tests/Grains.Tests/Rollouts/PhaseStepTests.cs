using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class PhaseStepTests
{
    private static readonly RolloutState At50 = Some.Rollout(phase: RolloutPhase.GradualRollout, percentage: 50);
    private static readonly GateVerdict Open = new("soak_at_50", GateStatus.Pass, "50 h", "48 h");
    private static readonly GateVerdict Shut = new("soak_at_50", GateStatus.Fail, "40 h", "48 h");

    [Fact]
    public void An_advance_begins_the_phase_and_keeps_what_its_gates_said()
    {
        var step = Phase(At50, RolloutPhase.Monitoring, [Open])!;
        Assert.Equal((RolloutPhase.Monitoring, 50, Some.Now.AddHours(1), "phase", false), (step.Next.Phase, step.Next.GoPercentage, step.Next.PhaseSince, step.Entry.Action, step.Entry.Forced));
        Assert.Contains(Open, step.Entry.Verdicts!);
    }

    [Fact]
    public void A_change_within_the_phase_does_not_begin_it_again()
    {
        var step = RolloutRules.Split(At50, new(20, Some.Caller()), [], Some.Now.AddHours(1))!;
        Assert.Equal((At50.PhaseSince, (GateVerdict[]?)null), (step.Next.PhaseSince, step.Entry.Verdicts));
    }

    [Fact]
    public void Blockers_refuse_with_the_whole_plan_and_force_needs_a_reason()
    {
        var refused = Assert.Throws<BlockedException>(() => Phase(At50, RolloutPhase.Monitoring, [Shut]));
        Assert.Equal([Shut], refused.Blockers);
        Assert.Equal((2, false), (refused.Plan!.Gates.Length, refused.Plan.CanAdvance));
        Assert.Throws<ReasonRequiredException>(() => Phase(At50, RolloutPhase.Monitoring, [Shut], force: true));
        var forced = Phase(At50, RolloutPhase.Monitoring, [Shut], force: true, reason: "drill")!;
        Assert.Equal((true, "drill"), (forced.Entry.Forced, forced.Entry.Reason));
        Assert.Contains(Shut, forced.Entry.Verdicts!);
    }

    [Fact]
    public void Whoever_is_no_admin_moves_the_split_within_its_phase_and_back_but_neither_advances_nor_forces()
    {
        var operating = new Caller("olga", "so that it goes on", IsAdmin: false);
        Assert.Equal(50, RolloutRules.Split(At50 with { GoPercentage = 10 }, new(50, operating), [], Some.Now)!.Next.GoPercentage);
        Assert.Equal(0, RolloutRules.Split(At50, new(0, operating), [], Some.Now)!.Next.GoPercentage);
        Assert.Equal("Admin", Assert.Throws<ForbiddenException>(() => RolloutRules.Split(At50, new(60, operating), [Open], Some.Now)).Required);
        Assert.Throws<ForbiddenException>(() => RolloutRules.Split(At50 with { GoPercentage = 10, Paused = "errors" }, new(50, operating, Force: true), [], Some.Now));
        Assert.Throws<ForbiddenException>(() => RolloutRules.Phase(At50, new(RolloutPhase.Monitoring, operating), [Open], Some.Now));
        Assert.Equal(RolloutPhase.DualWrite, RolloutRules.Phase(At50, new(RolloutPhase.DualWrite, operating), [], Some.Now)!.Next.Phase);
    }

    [Fact]
    public void Neither_a_pause_nor_its_end_goes_without_a_reason()
    {
        Assert.Throws<ReasonRequiredException>(() => RolloutRules.Pause(At50, new("ann", " "), Some.Now));
        Assert.Throws<ReasonRequiredException>(() => RolloutRules.Resume(At50 with { Paused = "errors" }, new("ann"), Some.Now));
        Assert.Null(RolloutRules.Resume(At50 with { Paused = "errors" }, new("ann", "a disk was replaced"), Some.Now)!.Next.Paused);
    }

    [Fact]
    public void A_pause_holds_an_advance_and_not_the_way_back()
    {
        var paused = At50 with { Paused = "error rate" };
        Assert.Equal("not_paused", Assert.Throws<BlockedException>(() => Phase(paused, RolloutPhase.Monitoring, [Open])).Blockers.Single().Gate);
        Assert.Equal(0, Phase(paused, RolloutPhase.DualWrite, [])!.Next.GoPercentage);
    }

    private static readonly int[] Presents = [0, 10, 50, 60, 100];

    // Rows: the phase entered. Columns: at 0 | 10 | 50 | 60 | 100 before.
    [Theory]
    [InlineData(RolloutPhase.DualWrite, new[] { 0, 0, 0, 0, 0 })]
    [InlineData(RolloutPhase.GradualRollout, new[] { 10, 10, 50, 50, 50 })]
    [InlineData(RolloutPhase.Monitoring, new[] { 50, 10, 50, 50, 50 })]
    [InlineData(RolloutPhase.Cutover, new[] { 100, 100, 100, 60, 100 })]
    [InlineData(RolloutPhase.Deprecation, new[] { 100, 100, 100, 100, 100 })]
    public void A_phase_that_cannot_hold_the_split_changes_it(RolloutPhase phase, int[] expected) =>
        Assert.Equal(expected, Presents.Select(present => (int)PhaseRules.PercentageIn(phase, present)));

    [Fact]
    public void Preparation_is_no_way_back_and_completion_has_a_call_of_its_own()
    {
        Assert.Throws<InvalidInputException>(() => Phase(At50, RolloutPhase.Preparation, []));
        var refused = Assert.Throws<InvalidInputException>(() => Phase(At50 with { Phase = RolloutPhase.Deprecation, GoPercentage = 100 }, RolloutPhase.Completed, [], force: true, reason: "x"));
        Assert.Contains("/api/migration/complete", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_present_phase_changes_nothing_and_another_epoch_is_refused()
    {
        Assert.Null(Phase(At50, RolloutPhase.GradualRollout, []));
        Assert.Same(At50, Assert.Throws<EpochMismatchException>(() => RolloutRules.Phase(At50, new(RolloutPhase.Monitoring, Some.Caller(), ExpectedEpoch: 99), [], Some.Now)).Current);
    }

    [Fact]
    public void Dual_write_ends_preparation_only_when_its_gates_pass()
    {
        var off = Some.Rollout(enabled: false, phase: RolloutPhase.Preparation);
        var closing = RolloutRules.Close(off, Some.Caller(), Some.Now).Next;
        Assert.Equal(RolloutPhase.DualWrite, RolloutRules.Turn(closing, true, Some.Caller(), Some.Now, [Open]).Next.Phase);
        var held = RolloutRules.Turn(closing, true, Some.Caller(), Some.Now, [Shut]);
        Assert.Equal((RolloutPhase.Preparation, true), (held.Next.Phase, held.Next.DualWrite.Enabled));
        Assert.Contains(Shut, held.Entry.Verdicts!);
        Assert.Equal(RolloutPhase.Preparation, RolloutRules.Turn(closing with { Paused = "why" }, true, Some.Caller(), Some.Now, [Open]).Next.Phase);
    }

    /// <summary>With dual-write off before cutover every request is forwarded: no soak is to count that time.</summary>
    [Fact]
    public void What_the_target_serves_is_nothing_while_dual_write_is_off()
    {
        var half = Some.Rollout(phase: RolloutPhase.GradualRollout) with { GoPercentage = 50 };
        var off = half with { DualWrite = half.DualWrite with { Enabled = false } };
        Assert.Equal((50, 0, 100), (half.ServedPercentage, off.ServedPercentage, (off with { Phase = RolloutPhase.Cutover, GoPercentage = 100 }).ServedPercentage));
    }

    private static RolloutStep? Phase(RolloutState state, RolloutPhase to, IReadOnlyList<GateVerdict> gates, bool force = false, string? reason = null) =>
        RolloutRules.Phase(state, new(to, Some.Caller(reason), force), gates, Some.Now.AddHours(1));
}
