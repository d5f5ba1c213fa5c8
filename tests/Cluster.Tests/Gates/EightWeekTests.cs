using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Cluster.Tests.Gates;

/// <summary>The guide's eight weeks, with a breach, a pause, a rollback and a second cutover; nothing is forced.</summary>
public sealed class EightWeekTests
{
    [Fact]
    public async Task A_migration_goes_through_every_phase_and_its_history_explains_each_step()
    {
        await using var weeks = await Weeks.Begin();
        await Prepare(weeks);
        await ToHalf(weeks);
        await Monitor(weeks);
        Assert.Equal(RolloutPhase.Cutover, (await weeks.Split(100)).State.Phase);

        // Something is wrong on the target: back to GAIA_HOME, and everything that was soaked is worth nothing.
        await weeks.Pass(TimeSpan.FromHours(3), writes: 1_000);
        await weeks.Cluster.RolloutGrain.Rollback(new(0, new("ann", "wrong answers at 100 %")));
        Assert.Equal((RolloutPhase.DualWrite, 0), (weeks.Row.Phase, weeks.Row.GoPercentage));
        var blockers = await Weeks.Refused(() => weeks.Split(100));
        foreach (var gate in new[] { "dual_write_success", "soak_at_50", "soak_monitoring", "team_confident", "team_ready" }) Assert.Contains(gate, blockers);

        await ToHalf(weeks);
        await Monitor(weeks);
        await weeks.Split(100);
        await weeks.Pass(TimeSpan.FromHours(23));
        await weeks.Attest("users_notified", "monitoring_established");
        Assert.Equal(["soak_at_100"], await Weeks.Refused(() => weeks.Phase(RolloutPhase.Deprecation)));
        await weeks.Pass(TimeSpan.FromHours(2));
        Assert.Equal((RolloutPhase.Deprecation, 100), (await weeks.Phase(RolloutPhase.Deprecation)).Change.State is var s ? (s.Phase, s.GoPercentage) : default);
        await Assert.ThrowsAsync<InvalidInputException>(() => weeks.Phase(RolloutPhase.Completed));
        await Explains(weeks);
    }

    [Fact]
    public async Task Dual_write_that_is_turned_on_with_the_last_choice_begins_its_phase()
    {
        await using var weeks = await Weeks.Begin();
        await weeks.Attest("team_trained", "communication_plan", "rollback_documented");
        await weeks.Drill("backup_restored");
        await weeks.Scrape();
        var on = await weeks.Cluster.RolloutGrain.SetDualWrite(new(true, null, null, new("ann", "phase 1"), ConflictStrategy.GoLeads));
        Assert.Equal((RolloutPhase.DualWrite, true), (on.State.Phase, on.State.DualWrite.Enabled));
    }

    private static async Task Prepare(Weeks weeks)
    {
        var off = await weeks.Cluster.RolloutGrain.SetDualWrite(new(true, null, null, new("ann", "too early")));
        Assert.Equal((RolloutPhase.Preparation, true), (off.State.Phase, off.State.DualWrite.Enabled));
        Assert.Contains("backup_restored", await Weeks.Refused(() => weeks.Phase(RolloutPhase.DualWrite)));
        await weeks.Attest("team_trained", "communication_plan", "rollback_documented");
        await weeks.Drill("backup_restored");
        await weeks.Cluster.RolloutGrain.SetDualWrite(new(null, null, null, new("ann", "as the default"), ConflictStrategy.GoLeads));
        await weeks.Scrape();
        await weeks.Phase(RolloutPhase.DualWrite);
        await weeks.Pass(TimeSpan.FromDays(7), reported: false);
        await Weeks.Run(weeks.Cluster.Migrate);
        await Weeks.Run(weeks.Cluster.Verify);
    }

    private static async Task ToHalf(Weeks weeks)
    {
        await weeks.Pass(TimeSpan.FromMinutes(10), writes: 2_000);
        Assert.Equal(["team_confident"], await Weeks.Refused(() => weeks.Split(10)));
        await weeks.Attest("team_confident");
        await weeks.Split(10);
        await weeks.Pass(TimeSpan.FromHours(2), writes: 2_000);
        await weeks.Split(50);
        // A cluster that was off for a week has soaked nothing in it.
        await weeks.Pass(TimeSpan.FromDays(7), reported: false);
        await weeks.Drill("migration_tests", "rollback_drill");
        Assert.Equal(["soak_at_50"], await Weeks.Refused(() => weeks.Phase(RolloutPhase.Monitoring)));
        await weeks.Pass(TimeSpan.FromHours(49));
        await weeks.Phase(RolloutPhase.Monitoring);
        Assert.Equal((RolloutPhase.Monitoring, 50), (weeks.Row.Phase, weeks.Row.GoPercentage));
    }

    private static async Task Monitor(Weeks weeks)
    {
        await weeks.Pass(TimeSpan.FromHours(20));
        await weeks.Breach();
        await weeks.Cluster.RolloutGrain.Pause(new("guard", "error rate 6 %"));
        await weeks.Drill("disaster_recovery");
        await weeks.Attest("team_ready");
        Assert.Equal(["not_paused", "soak_monitoring"], await Weeks.Refused(() => weeks.Split(100)));
        await weeks.Cluster.RolloutGrain.Resume(new("ann", "a bad disk was replaced"));
        await weeks.Pass(TimeSpan.FromDays(6.5));
        Assert.Equal(["soak_monitoring"], await Weeks.Refused(() => weeks.Split(100)));
        await weeks.Pass(TimeSpan.FromHours(14));
    }

    private static async Task Explains(Weeks weeks)
    {
        var history = (await weeks.Cluster.RolloutGrain.History(1_000)).Reverse().ToList();
        Assert.All(history, h => Assert.False(h.Forced || string.IsNullOrEmpty(h.Actor) || string.IsNullOrEmpty(h.Reason), $"{h.Epoch} {h.Action}"));
        string[] way = ["dual_write", "gradual_rollout", "monitoring", "cutover", "dual_write", "gradual_rollout", "monitoring", "cutover", "deprecation"];
        Assert.Equal(way, history.Where(h => Phase(h.From) != Phase(h.To)).Select(h => Phase(h.To)));
        Assert.All(
            history.Where(h => Phase(h.From) != Phase(h.To) && h.To.Contains(" 0%", StringComparison.Ordinal) is false),
            h => Assert.True(h.Verdicts is { Length: > 0 } && h.Verdicts.All(v => v.Status == GateStatus.Pass), $"{h.Epoch} {h.To}"));
        Assert.Equal(["pause", "resume", "pause", "resume"], history.Where(h => h.Action is "pause" or "resume").Select(h => h.Action));
        var refused = await weeks.Cluster.Rollout.Events.Newest(1_000, [EventKinds.Phase], CancellationToken.None);
        Assert.True(refused.Count(e => e.Data.Contains("\"refused\"", StringComparison.Ordinal)) >= 9);

        static string Phase(string described) => described.Split(' ')[0];
    }
}
