using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;

namespace GaiaOrleans.Grains.Tests.Gates;

public sealed class PhaseGateTests
{
    public static TheoryData<RolloutPhase> Left => new(Enum.GetValues<RolloutPhase>().Where(p => p != RolloutPhase.Completed));

    [Theory]
    [MemberData(nameof(Left))]
    public void Outside_a_rehearsal_missing_evidence_holds_in_every_phase(RolloutPhase phase)
    {
        var verdicts = PhaseGates.Leaving(phase, Proof.In(phase), Proof.Nothing);
        Assert.All(verdicts.Where(v => v.Gate is not ("quorum" or "dual_write_enabled")), v => Assert.Equal(GateStatus.Inconclusive, v.Status));
        Assert.All(verdicts, v => Assert.False(string.IsNullOrWhiteSpace(v.Observed) || string.IsNullOrWhiteSpace(v.Required), v.Gate));
        Assert.Equal(GateStatus.Fail, verdicts.Single(v => v.Gate == "quorum").Status);
    }

    [Fact]
    public void The_gates_are_those_of_the_guide()
    {
        string[][] expected =
        [
            ["quorum", "database_migrated", "validator_self_test", "conflict_strategy_set", "metrics_scraped", "backup_restored", "team_trained", "communication_plan", "rollback_documented"],
            ["quorum", "dual_write_enabled", "ledger_closed", "dual_write_success", "verified", "team_confident"],
            ["quorum", "dual_write_enabled", "soak_at_50", "error_rate", "latency_ratio", "migration_tests", "rollback_drill"],
            ["quorum", "dual_write_enabled", "soak_monitoring", "nothing_open", "disaster_recovery", "team_ready"],
            ["quorum", "soak_at_100", "users_notified", "monitoring_established"],
            ["quorum", "source_drained", "ledger_closed", "verified", "final_backup"],
            [],
        ];
        Assert.Equal(expected, Enum.GetValues<RolloutPhase>().Select(p => PhaseGates.Leaving(p, Proof.In(p), Proof.Nothing).Select(v => v.Gate).ToArray()));
    }

    [Fact]
    public void A_jump_meets_the_gates_of_every_phase_on_the_way_once()
    {
        var state = Proof.In(RolloutPhase.DualWrite);
        var jump = PhaseGates.Between(RolloutPhase.DualWrite, RolloutPhase.Cutover, state, Proof.Nothing).Select(v => v.Gate).ToList();
        Assert.Equal(jump.Count, jump.Distinct().Count());
        foreach (var phase in new[] { RolloutPhase.DualWrite, RolloutPhase.GradualRollout, RolloutPhase.Monitoring })
            Assert.Subset(jump.ToHashSet(), PhaseGates.Leaving(phase, state, Proof.Nothing).Select(v => v.Gate).ToHashSet());
    }

    [Fact]
    public void Going_back_meets_none()
    {
        Assert.Empty(PhaseGates.Between(RolloutPhase.Monitoring, RolloutPhase.Monitoring, Some.Rollout(), Proof.Nothing));
        Assert.Empty(PhaseGates.Between(RolloutPhase.Monitoring, RolloutPhase.DualWrite, Some.Rollout(), Proof.Nothing));
    }

    [Fact]
    public void Without_quorum_no_phase_is_left()
    {
        foreach (var phase in Enum.GetValues<RolloutPhase>().SkipLast(1))
            Assert.Equal(GateStatus.Fail, Proof.Verdict(phase, "quorum", Proof.Complete with { ActiveSilos = ["one"] }).Status);
    }

    [Fact]
    public void Three_silos_at_least_and_more_than_half_of_those_expected()
    {
        Assert.Equal(GateStatus.Pass, Quorum(["1", "2", "3"], 5));
        Assert.Equal(GateStatus.Fail, Quorum(["1", "2"], 2));
        Assert.Equal(GateStatus.Fail, Quorum(["1", "2", "3"], 6));

        static GateStatus Quorum(string[] active, int expected) => Proof.Verdict(RolloutPhase.Preparation, "quorum", Proof.Complete with { ActiveSilos = active, ExpectedSilos = expected }).Status;
    }

    [Fact]
    public void A_rehearsal_takes_what_nobody_says_as_given_and_says_so()
    {
        var state = Proof.In(RolloutPhase.DualWrite);
        var rehearsal = Proof.Complete with { Rehearsal = true };
        var gates = PhaseGates.Between(RolloutPhase.DualWrite, RolloutPhase.GradualRollout, state, rehearsal);
        Assert.All(gates, g => Assert.Equal(GateStatus.Pass, g.Status));
        Assert.All(gates, g => Assert.StartsWith("rehearsal", g.Evidence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ledger_closed", RolloutPhase.DualWrite)]
    [InlineData("verified", RolloutPhase.DualWrite)]
    [InlineData("ledger_closed", RolloutPhase.Deprecation)]
    [InlineData("verified", RolloutPhase.Deprecation)]
    [InlineData("nothing_open", RolloutPhase.Monitoring)]
    [InlineData("source_drained", RolloutPhase.Deprecation)]
    [InlineData("database_migrated", RolloutPhase.Preparation)]
    [InlineData("validator_self_test", RolloutPhase.Preparation)]
    public void What_a_rehearsal_can_really_know_it_must_know(string gate, RolloutPhase phase) =>
        Assert.NotEqual(GateStatus.Pass, Proof.Verdict(phase, gate, Proof.Nothing with { Rehearsal = true }).Status);

    [Fact]
    public void A_verdict_that_stands_says_since_when()
    {
        var since = Some.Now.AddDays(-3);
        var seen = Proof.Complete.Seen with { Standings = new Dictionary<string, GateStanding> { ["quorum"] = new(GateStatus.Pass, since), ["database_migrated"] = new(GateStatus.Fail, since) } };
        Assert.Equal(since, Proof.Verdict(RolloutPhase.Preparation, "quorum", Proof.Complete with { Seen = seen }).Since);
        Assert.Null(Proof.Verdict(RolloutPhase.Preparation, "database_migrated", Proof.Complete with { Seen = seen }).Since);
    }
}
