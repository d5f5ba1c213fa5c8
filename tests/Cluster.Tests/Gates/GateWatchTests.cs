using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Cluster.Tests.Gates;

public sealed class GateWatchTests
{
    [Fact]
    public async Task A_gate_that_turns_is_an_event_and_its_time_outlives_the_watch()
    {
        await using var weeks = await Weeks.Begin();
        await weeks.Watch.Look();
        var before = (await weeks.Watch.Sightings()).Standings["team_trained"];
        Assert.Equal(GateStatus.Inconclusive, before.Status);
        await weeks.Pass(TimeSpan.FromHours(1), reported: false);
        await weeks.Attest("team_trained");
        await weeks.Watch.Look();
        await weeks.Watch.Look();
        var after = (await weeks.Watch.Sightings()).Standings["team_trained"];
        Assert.Equal((GateStatus.Pass, true), (after.Status, after.Since - before.Since >= TimeSpan.FromHours(1)));
        await weeks.Cluster.Orleans.DeactivateAsync(weeks.Watch);
        Assert.Equal(after, (await weeks.Watch.Sightings()).Standings["team_trained"]);
        var turned = (await weeks.Cluster.Rollout.Events.Newest(1_000, [EventKinds.Gate], CancellationToken.None)).Where(e => e.Data.Contains("\"team_trained\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, turned.Count);
        Assert.Contains("\"before\":\"inconclusive\"", turned[0].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_said_is_kept_and_told_and_what_cannot_be_stored_is_not_answered()
    {
        await using var weeks = await Weeks.Begin();
        var checklist = weeks.Cluster.Orleans.Client.GetGrain<IChecklistGrain>(IChecklistGrain.Key);
        await Assert.ThrowsAsync<InvalidInputException>(() => checklist.Attest("no_such_line", Some.Caller()));
        Assert.Empty(await checklist.Records());
        await checklist.Drill("rollback_drill", passed: true, "log 7", new("ann"));
        await checklist.Drill("rollback_drill", passed: false, "log 8", new("bob"));
        weeks.Cluster.RunStates.Fault = () => new StorageUnavailableException("no database");
        await Assert.ThrowsAnyAsync<Exception>(() => checklist.Attest("team_trained", Some.Caller()));
        weeks.Cluster.RunStates.Fault = null;
        Assert.Equal(("rollback_drill", false, "log 8", "bob", RolloutPhase.Preparation), Assert.Single(await checklist.Records()) is var r ? (r.Name, r.Passed, r.Note, r.Actor, r.Phase) : default);
        Assert.Equal(2, (await weeks.Cluster.Rollout.Events.Newest(1_000, [EventKinds.Drill], CancellationToken.None)).Count);
    }
}
