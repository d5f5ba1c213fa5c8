using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class GateTests
{
    private static readonly RunStatus Migrated = new() { Kind = "migrate", State = RunState.Completed, Listed = 10, Done = 10, Migrated = 8, Skipped = 2 };
    private static readonly RunStatus Verified = new() { Kind = "verify", State = RunState.Completed, Listed = 10, Done = 10 };
    private static readonly Evidence Complete = new(3, 3, Migrated, Verified, Lag(0), Rehearsal: true);

    [Fact]
    public void With_all_evidence_a_rehearsal_goes_from_end_to_end() =>
        Assert.Empty(Gates.Between(RolloutPhase.Preparation, RolloutPhase.Completed, Some.Rollout(), Complete));

    [Fact]
    public void Nothing_stands_in_the_way_to_where_one_is_or_was()
    {
        var nothing = new Evidence(0, 3, null, null, null, Rehearsal: false);
        Assert.Empty(Gates.Between(RolloutPhase.Monitoring, RolloutPhase.Monitoring, Some.Rollout(), nothing));
        Assert.Empty(Gates.Between(RolloutPhase.Monitoring, RolloutPhase.DualWrite, Some.Rollout(), nothing));
    }

    [Fact]
    public void A_jump_meets_the_gates_of_every_phase_on_the_way()
    {
        var nothing = new Evidence(3, 3, null, null, null, Rehearsal: false);
        var jump = Gates.Between(RolloutPhase.DualWrite, RolloutPhase.Cutover, Some.Rollout(), nothing).Select(b => b.Gate).ToList();
        foreach (var phase in new[] { RolloutPhase.DualWrite, RolloutPhase.GradualRollout, RolloutPhase.Monitoring })
            Assert.Subset(jump.ToHashSet(), Gates.Between(phase, phase + 1, Some.Rollout(), nothing).Select(b => b.Gate).ToHashSet());
    }

    [Theory]
    [InlineData(RolloutPhase.Preparation)]
    [InlineData(RolloutPhase.DualWrite)]
    [InlineData(RolloutPhase.GradualRollout)]
    [InlineData(RolloutPhase.Monitoring)]
    [InlineData(RolloutPhase.Cutover)]
    [InlineData(RolloutPhase.Deprecation)]
    public void Outside_a_rehearsal_missing_evidence_is_inconclusive_and_blocks(RolloutPhase phase)
    {
        var blockers = Gates.Between(phase, phase + 1, Some.Rollout(), new(3, 3, null, null, null, Rehearsal: false));
        Assert.NotEmpty(blockers);
        Assert.All(blockers, b => Assert.Equal("inconclusive", b.Status));
        Assert.All(blockers, b => Assert.NotEqual("", b.Observed + b.Required));
    }

    [Fact]
    public void Quorum_is_more_than_half()
    {
        Assert.Equal("fail", Status(Complete with { ActiveSilos = 1 }, RolloutPhase.Preparation, "quorum"));
        Assert.Null(Status(Complete with { ActiveSilos = 2 }, RolloutPhase.Preparation, "quorum"));
        Assert.Equal("fail", Status(Complete with { ActiveSilos = 2, ExpectedSilos = 4 }, RolloutPhase.Preparation, "quorum"));
    }

    [Fact]
    public void Dual_write_off_blocks() => Assert.Contains(
        Gates.Between(RolloutPhase.DualWrite, RolloutPhase.GradualRollout, Some.Rollout(enabled: false), Complete), b => b is { Gate: "dual_write_enabled", Status: "fail" });

    [Fact]
    public void The_ledger_must_be_closed_without_failures()
    {
        Assert.Equal("fail", Ledger(Migrated with { Migrated = 7 }));
        Assert.Equal("fail", Ledger(Migrated with { Migrated = 7, Failed = 1 }));
        foreach (var state in Enum.GetValues<RunState>().Where(s => s != RunState.Completed)) Assert.Equal("inconclusive", Ledger(Migrated with { State = state }));
    }

    // A dry run looked at everything and moved nothing.
    [Fact]
    public void A_dry_run_closes_no_ledger() => Assert.NotNull(Ledger(Migrated with { DryRun = true }));

    [Fact]
    public void A_verification_must_be_complete_and_without_mismatch()
    {
        Assert.Equal("fail", Verification(Verified with { Mismatched = 1 }));
        Assert.Equal("fail", Verification(Verified with { Failed = 1 }));
        foreach (var state in Enum.GetValues<RunState>().Where(s => s != RunState.Completed)) Assert.Equal("inconclusive", Verification(Verified with { State = state }));
    }

    // What was pending when it was looked at was not verified (architecture, section 5).
    [Fact]
    public void A_verification_that_left_pending_sessions_out_does_not_pass() => Assert.NotNull(Verification(Verified with { Pending = 1 }));

    [Fact]
    public void Pending_changes_block_the_end()
    {
        foreach (var phase in new[] { RolloutPhase.Cutover, RolloutPhase.Deprecation })
        {
            Assert.Equal("fail", Status(Complete with { Lag = Lag(1) }, phase, "drained"));
            Assert.Equal("inconclusive", Status(Complete with { Lag = null }, phase, "drained"));
        }
    }

    // Deprecation asks for a verified final backup: nothing knows of one, and after completion nothing goes back.
    [Fact]
    public void Completion_is_not_open_on_an_empty_queue_alone() =>
        Assert.NotEmpty(Gates.Between(RolloutPhase.Deprecation, RolloutPhase.Completed, Some.Rollout(), Complete with { Rehearsal = false }));

    private static string? Ledger(RunStatus run) => Status(Complete with { Migrate = run }, RolloutPhase.DualWrite, "ledger_closed");

    private static string? Verification(RunStatus run) => Status(Complete with { Verify = run }, RolloutPhase.DualWrite, "verified");

    private static string? Status(Evidence evidence, RolloutPhase leaving, string gate) =>
        Gates.Between(leaving, leaving + 1, Some.Rollout(), evidence).SingleOrDefault(b => b.Gate == gate)?.Status;

    private static SyncLag Lag(long pending) => new(pending, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null);
}
