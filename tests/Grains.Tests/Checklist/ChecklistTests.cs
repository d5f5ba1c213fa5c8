using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Checklist;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Tests.Gates;

namespace GaiaOrleans.Grains.Tests.Checklist;

public sealed class ChecklistTests
{
    [Fact]
    public void Every_line_of_the_guide_is_a_gate_an_attestation_or_a_drill()
    {
        Assert.Equal(
            [10, 4, 5, 4, 4, 4, 4, 4],
            ChecklistLines.All.GroupBy(l => l.Section).Select(g => g.Count()));
        Assert.Equal(ChecklistLines.All.Count, ChecklistLines.All.Select(l => l.Name).Distinct().Count());
        var gates = PhaseGates.All(Some.Rollout(), Proof.Nothing).Select(v => v.Gate).ToHashSet();
        Assert.All(ChecklistLines.All.Where(l => l.Leaving is not null), l => Assert.Contains(l.Gate, gates));
    }

    [Fact]
    public void Unknown_names_are_refused_with_those_there_are()
    {
        var refused = Assert.Throws<InvalidInputException>(() => ChecklistRules.Attest("team_trianed", Some.Caller(), RolloutPhase.Preparation, Some.Now));
        Assert.Contains("team_trained", refused.Errors["name"][0], StringComparison.Ordinal);
        Assert.Contains("rollback_drill", Assert.Throws<InvalidInputException>(() => ChecklistRules.Drill("team_trained", true, "x", Some.Caller(), RolloutPhase.Preparation, Some.Now)).Errors["name"][0], StringComparison.Ordinal);
        Assert.Equal(["evidence"], Assert.Throws<InvalidInputException>(() => ChecklistRules.Drill("rollback_drill", true, " ", Some.Caller(), RolloutPhase.Preparation, Some.Now)).Errors.Keys);
    }

    [Fact]
    public void A_gate_needs_the_word_and_names_who_gave_it()
    {
        Assert.Equal(GateStatus.Inconclusive, Verdict("team_trained", RolloutPhase.Preparation, null).Status);
        var verdict = Verdict("team_trained", RolloutPhase.Preparation, Said("team_trained", RolloutPhase.Preparation));
        Assert.Equal((GateStatus.Pass, "by ann: seen", Some.Now.AddMinutes(-1)), (verdict.Status, verdict.Evidence, verdict.Since));
    }

    [Fact]
    public void A_drill_that_failed_fails() =>
        Assert.Equal(GateStatus.Fail, Verdict("rollback_drill", RolloutPhase.GradualRollout, Said("rollback_drill", RolloutPhase.GradualRollout) with { Passed = false }).Status);

    [Theory]
    [InlineData(29, GateStatus.Pass)]
    [InlineData(31, GateStatus.Inconclusive)]
    public void A_drill_counts_for_a_month_whichever_phase_it_was_held_in(int daysAgo, GateStatus expected) =>
        Assert.Equal(expected, Verdict("rollback_drill", RolloutPhase.GradualRollout, Said("rollback_drill", RolloutPhase.DualWrite) with { At = Some.Now.AddDays(-daysAgo) }).Status);

    [Fact]
    public void What_is_said_of_the_present_counts_within_its_phase()
    {
        Assert.Equal(GateStatus.Pass, Verdict("team_ready", RolloutPhase.Monitoring, Said("team_ready", RolloutPhase.Monitoring)).Status);
        Assert.Equal(GateStatus.Inconclusive, Verdict("team_ready", RolloutPhase.Monitoring, Said("team_ready", RolloutPhase.GradualRollout)).Status);
        Assert.Equal(GateStatus.Inconclusive, Verdict("team_ready", RolloutPhase.Monitoring, Said("team_ready", RolloutPhase.Monitoring) with { At = Some.Now.AddDays(-1) }).Status);
        Assert.Equal(GateStatus.Inconclusive, Verdict("final_backup", RolloutPhase.Deprecation, Said("final_backup", RolloutPhase.Cutover)).Status);
        Assert.Equal(GateStatus.Pass, Verdict("team_trained", RolloutPhase.Preparation, Said("team_trained", RolloutPhase.Preparation) with { At = Some.Now.AddDays(-90) }).Status);
    }

    [Fact]
    public void A_word_from_the_future_does_not_count() =>
        Assert.Equal(GateStatus.Inconclusive, Verdict("team_trained", RolloutPhase.Preparation, Said("team_trained", RolloutPhase.Preparation) with { At = Some.Now.AddHours(1) }).Status);

    [Fact]
    public void A_line_of_a_phase_that_is_over_shows_how_it_was_left_and_by_whom()
    {
        var state = Proof.In(RolloutPhase.Monitoring);
        HistoryEntry[] history =
        [
            new(9, Some.Now, "bob", "phase", "in a hurry", "", "", true, [new("soak_at_50", GateStatus.Fail, "40 h", "48 h"), new("error_rate", GateStatus.Pass, "0 %", "0.5 %")]),
            new(5, Some.Now, "ann", "split", null, "", "", false, [new("ledger_closed", GateStatus.Pass, "10 listed", "closed")]),
        ];
        var lines = ChecklistPage.Of(state, history, Proof.Nothing).ToDictionary(l => l.Name);
        Assert.Equal(("forced", "bob"), (lines["soak_at_50"].State, lines["soak_at_50"].By));
        Assert.Equal(("pass", "ann"), (lines["ledger_closed"].State, lines["ledger_closed"].By));
        Assert.Equal("inconclusive", lines["soak_monitoring"].State);
        Assert.Equal("inconclusive", ChecklistPage.Of(Proof.In(RolloutPhase.GradualRollout), history, Proof.Nothing).Single(l => l.Name == "soak_at_50").State);
    }

    private static ChecklistRecord Said(string name, RolloutPhase phase) => new(name, true, "seen", "ann", Some.Now.AddMinutes(-1), phase);

    private static GateVerdict Verdict(string name, RolloutPhase phase, ChecklistRecord? record) => Proof.Verdict(
        phase, name, Proof.Complete with { Checklist = record is null ? Proof.Nothing.Checklist : new Dictionary<string, ChecklistRecord> { [name] = record } });
}
