using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Tests.Gates;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class SplitTests
{
    private static readonly RolloutState At10 = Some.Rollout(phase: RolloutPhase.GradualRollout, percentage: 10) with { Epoch = 7, FencedEpoch = 7 };
    private static readonly GateVerdict Gate = new("verified", GateStatus.Inconclusive, "no completed verify run", "0 mismatches");

    [Fact]
    public void A_step_is_one_epoch_with_its_history()
    {
        var step = Split(At10, 33.25m)!;
        Assert.Equal((33.25m, 8, 7, "tester", Some.Now), (step.Next.GoPercentage, step.Next.Epoch, step.Next.FencedEpoch, step.Next.UpdatedBy, step.Next.UpdatedAt));
        Assert.Equal((8, "split", "tester", false), (step.Entry.Epoch, step.Entry.Action, step.Entry.Actor, step.Entry.Forced));
        Assert.Contains("10%", step.Entry.From, StringComparison.Ordinal);
        Assert.Contains("33.25%", step.Entry.To, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_leaves_generation_incarnation_salt_and_dual_write_alone()
    {
        var next = Split(At10 with { Generation = 4, Incarnation = 2, Salt = 9 }, 50)!.Next;
        Assert.Equal((4, 2, 9, At10.DualWrite), (next.Generation, next.Incarnation, next.Salt, next.DualWrite));
    }

    [Fact]
    public void The_present_value_changes_nothing_however_it_is_written()
    {
        Assert.Null(Split(At10, 10m));
        Assert.Null(Split(At10, 10.00m));
    }

    [Theory]
    [InlineData("-0.01")]
    [InlineData("100.01")]
    [InlineData("10.001")]
    [InlineData("0.005")]
    public void Only_two_decimals_between_0_and_100(string percentage) =>
        Assert.Equal(["go_percentage"], Assert.Throws<InvalidInputException>(() => Split(At10, decimal.Parse(percentage, System.Globalization.CultureInfo.InvariantCulture))).Errors.Keys);

    [Fact]
    public void Blockers_refuse_and_name_themselves()
    {
        var refused = Assert.Throws<BlockedException>(() => Split(At10, 60, blockers: [Gate]));
        Assert.Equal([Gate], refused.Blockers);
        Assert.Equal((RolloutPhase.GradualRollout, RolloutPhase.Cutover, 60), (refused.Plan!.From, refused.Plan.To, refused.Plan.GoPercentage));
    }

    [Fact]
    public void Force_needs_a_reason_and_is_in_the_history()
    {
        Assert.Throws<ReasonRequiredException>(() => Split(At10, 60, force: true, blockers: [Gate]));
        Assert.Throws<ReasonRequiredException>(() => Split(At10, 60, force: true, reason: "  ", blockers: [Gate]));
        var step = Split(At10, 60, force: true, reason: "drill", blockers: [Gate])!;
        Assert.Equal((RolloutPhase.Cutover, true, "drill"), (step.Next.Phase, step.Entry.Forced, step.Entry.Reason));
        Assert.Contains(Gate, step.Entry.Verdicts!);
    }

    [Fact]
    public void Another_epoch_than_the_caller_saw_is_refused_with_the_present_state() =>
        Assert.Same(At10, Assert.Throws<EpochMismatchException>(() => Split(At10, 20, epoch: 6)).Current);

    [Fact]
    public void While_paused_it_goes_down_but_not_up()
    {
        var paused = At10 with { Paused = "error rate" };
        Assert.Equal(5, Split(paused, 5)!.Next.GoPercentage);
        Assert.Throws<BlockedException>(() => Split(paused, 11));
        Assert.Equal(11, Split(paused, 11, force: true, reason: "known cause")!.Next.GoPercentage);
    }

    // Completed is the point of no return: legacy was not fed since, so a way back would lose writes.
    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(99.99)]
    public void From_completed_nothing_goes_back(decimal percentage) =>
        Assert.ThrowsAny<GaiaException>(() => Split(Some.Rollout(false, phase: RolloutPhase.Completed, percentage: 100), percentage));

    // Dual-write was off before cutover, so clients wrote to legacy only. Rows of this generation would be taken for the truth.
    [Fact]
    public void Cutting_over_with_dual_write_off_is_refused_or_makes_every_row_stale()
    {
        var off = Some.Rollout(enabled: false, phase: RolloutPhase.GradualRollout, percentage: 10);
        var evidence = Proof.Complete with { Rehearsal = true };
        RolloutStep? step = null;
        var refused = Record.Exception(() => step = Split(off, 60, blockers: PhaseGates.Between(off.Phase, RolloutPhase.Cutover, off, evidence)));
        Assert.True(refused is BlockedException || step!.Next.Generation > off.Generation, "cut over with rows that nobody has compared since dual-write went off");
    }

    private static RolloutStep? Split(
        RolloutState state, decimal percentage, bool force = false, string? reason = null, long? epoch = null, IReadOnlyList<GateVerdict>? blockers = null) =>
        RolloutRules.Split(state, new(percentage, Some.Caller(reason), force, epoch), blockers ?? [], Some.Now);
}
