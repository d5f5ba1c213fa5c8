using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Gates;

public sealed class MeasuredGateTests
{
    private const RolloutPhase Preparation = RolloutPhase.Preparation;
    private const RolloutPhase DualWrite = RolloutPhase.DualWrite;

    [Fact]
    public void The_database_has_every_script_of_this_build()
    {
        Assert.Equal(GateStatus.Pass, Status(Preparation, "database_migrated", Proof.Complete));
        Assert.Equal(GateStatus.Fail, Status(Preparation, "database_migrated", Proof.Complete with { Schema = new(11, 12, "0011_x") }));
    }

    [Fact]
    public void The_self_test_really_judges()
    {
        var result = ValidatorSelfTest.Run(DiffRules.Default);
        Assert.True(result is { Pairs: > 10, Skipped: 0, Wrong.Count: 0 }, string.Join("; ", result.Wrong));
        Assert.Equal(GateStatus.Fail, Status(Preparation, "validator_self_test", Proof.Complete with { SelfTest = result with { Wrong = ["status"] } }));
        var blind = ValidatorSelfTest.Run(DiffRules.Default with { ByField = new Dictionary<string, DiffRule>(), Otherwise = DiffRule.Ignore });
        Assert.Equal(0, blind.Pairs);
        Assert.Equal(GateStatus.Inconclusive, Status(Preparation, "validator_self_test", Proof.Complete with { SelfTest = blind }));
    }

    [Fact]
    public void A_conflict_strategy_must_have_been_chosen()
    {
        Assert.Equal(GateStatus.Inconclusive, Status(Preparation, "conflict_strategy_set", Proof.Complete));
        var chosen = new ChecklistRecord("conflict_strategy_set", true, "GoLeads", "ann", Some.Now.AddDays(-90), Preparation);
        var verdict = Proof.Verdict(Preparation, "conflict_strategy_set", Proof.Complete with { Checklist = new Dictionary<string, ChecklistRecord> { [chosen.Name] = chosen } });
        Assert.Equal((GateStatus.Pass, "GoLeads", "by ann"), (verdict.Status, verdict.Observed, verdict.Evidence));
    }

    [Theory]
    [InlineData(299, GateStatus.Pass)]
    [InlineData(301, GateStatus.Fail)]
    [InlineData(-60, GateStatus.Fail)] // a clock that was wrong: not in the future either
    public void Metrics_are_scraped_from_every_silo_and_lately(int secondsAgo, GateStatus expected)
    {
        var scrapes = Proof.Complete.Seen.Scrapes.ToDictionary();
        scrapes["two"] = Some.Now.AddSeconds(-secondsAgo);
        Assert.Equal(expected, Status(Preparation, "metrics_scraped", Proof.Complete with { Seen = Proof.Complete.Seen with { Scrapes = scrapes } }));
        Assert.Equal(GateStatus.Inconclusive, Status(Preparation, "metrics_scraped", Proof.Complete with { Seen = GateSightings.None }));
    }

    [Fact]
    public void Dual_write_off_or_closing_blocks()
    {
        Assert.Equal(GateStatus.Fail, Proof.Verdict(DualWrite, "dual_write_enabled", Proof.Complete, Some.Rollout(enabled: false)).Status);
        var closing = Some.Rollout() with { DualWrite = Some.Rollout().DualWrite with { Closing = true } };
        Assert.Equal(GateStatus.Fail, Proof.Verdict(DualWrite, "dual_write_enabled", Proof.Complete, closing).Status);
    }

    [Fact]
    public void The_ledger_must_be_closed_without_failures()
    {
        Assert.Equal(GateStatus.Pass, Ledger(Proof.Migrated));
        Assert.Equal(GateStatus.Fail, Ledger(Proof.Migrated with { Migrated = 7 }));
        Assert.Equal(GateStatus.Fail, Ledger(Proof.Migrated with { Migrated = 7, Failed = 1 }));
        foreach (var state in Enum.GetValues<RunState>().Where(s => s != RunState.Completed)) Assert.Equal(GateStatus.Inconclusive, Ledger(Proof.Migrated with { State = state }));
    }

    // A dry run looked at everything and moved nothing; what was counted before dual-write was switched says nothing about what was written since.
    [Fact]
    public void A_dry_run_or_one_of_an_older_generation_proves_nothing()
    {
        Assert.Equal(GateStatus.Inconclusive, Ledger(Proof.Migrated with { DryRun = true }));
        Assert.Equal(GateStatus.Inconclusive, Ledger(Proof.Migrated with { Generation = 0 }));
        Assert.Equal(GateStatus.Inconclusive, Ledger(Proof.Migrated with { Reason = "there may be more" }));
        Assert.Equal(GateStatus.Inconclusive, Verification(Proof.Verified with { Generation = 0 }));
        Assert.Equal(GateStatus.Inconclusive, Verification(Proof.Verified with { DryRun = true }));
    }

    [Fact]
    public void A_verification_must_be_complete_and_without_mismatch()
    {
        Assert.Equal(GateStatus.Pass, Verification(Proof.Verified));
        Assert.Equal(GateStatus.Fail, Verification(Proof.Verified with { Mismatched = 1 }));
        Assert.Equal(GateStatus.Fail, Verification(Proof.Verified with { Failed = 1 }));
        Assert.Equal(GateStatus.Fail, Verification(Proof.Verified with { Pending = 1 }));
        foreach (var state in Enum.GetValues<RunState>().Where(s => s != RunState.Completed)) Assert.Equal(GateStatus.Inconclusive, Verification(Proof.Verified with { State = state }));
    }

    [Fact]
    public void Nothing_may_be_open_before_cutover()
    {
        Assert.Equal(GateStatus.Pass, Status(RolloutPhase.Monitoring, "nothing_open", Proof.Complete));
        Assert.Equal(GateStatus.Fail, Status(RolloutPhase.Monitoring, "nothing_open", Proof.Complete with { OpenValidationErrors = 1 }));
        Assert.Equal(GateStatus.Fail, Status(RolloutPhase.Monitoring, "nothing_open", Proof.Complete with { Lag = Proof.Complete.Lag! with { OpenConflicts = 1 } }));
        Assert.Equal(GateStatus.Inconclusive, Status(RolloutPhase.Monitoring, "nothing_open", Proof.Complete with { OpenValidationErrors = null }));
    }

    [Fact]
    public void Pending_changes_block_the_end_and_those_on_their_way_do_not()
    {
        Assert.Equal(GateStatus.Pass, Status(RolloutPhase.Deprecation, "source_drained", Proof.Complete));
        Assert.Equal(GateStatus.Pass, Status(RolloutPhase.Deprecation, "source_drained", Proof.Complete with { Lag = Proof.Pending(40, seconds: 0.1) }));
        Assert.Equal(GateStatus.Fail, Status(RolloutPhase.Deprecation, "source_drained", Proof.Complete with { Lag = Proof.Pending(1, seconds: 6) }));
        Assert.Equal(GateStatus.Inconclusive, Status(RolloutPhase.Deprecation, "source_drained", Proof.Complete with { Lag = null }));
    }

    private static GateStatus Ledger(RunStatus run) => Status(DualWrite, "ledger_closed", Proof.Complete with { Migrate = run });

    private static GateStatus Verification(RunStatus run) => Status(DualWrite, "verified", Proof.Complete with { Verify = run });

    private static GateStatus Status(RolloutPhase leaving, string gate, Evidence evidence) => Proof.Verdict(leaving, gate, evidence).Status;
}
