using System.Text.Json.Nodes;
using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class RunEventTests : RunTestBase
{
    [Fact]
    public async Task A_run_tells_of_each_change_of_its_state_once_however_often_it_is_woken()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(new(RatePerSecond: 1));
        await Moves(Cluster.Migrate);
        await Cluster.Migrate.Pause();
        await Cluster.Orleans.DeactivateAsync(Cluster.Migrate);
        await Cluster.Migrate.Resume();
        await Cluster.Migrate.Limit(null);
        await Cluster.Orleans.DeactivateAsync(Cluster.Migrate);
        await Ends(Cluster.Migrate, RunState.Completed);
        await Cluster.Orleans.DeactivateAsync(Cluster.Migrate);
        await Cluster.Migrate.Status();
        var told = (await Told()).ToList();
        Assert.Equal(["started", "paused", "resumed", "completed"], told.Select(d => d["action"]!.GetValue<string>()));
        Assert.Equal(("migrate", 1_500), (told[^1]["run"]!.GetValue<string>(), told[^1]["listed"]!.GetValue<int>()));
    }

    /// <summary>What was stored and could not be told waits for its turn, and is not passed over for what came after it.</summary>
    [Fact]
    public async Task While_the_log_is_away_no_change_is_forgotten()
    {
        Seed(300);
        Cluster.EventLog.OnAppend = draft => draft.Kind == EventKinds.Run ? new StorageUnavailableException("gone") : null;
        await Cluster.Migrate.Start(new(RatePerSecond: 1));
        await Moves(Cluster.Migrate);
        await Cluster.Migrate.Pause();
        Assert.Empty(await Told());
        Cluster.EventLog.OnAppend = static _ => null;
        await Eventually.Holds(async () => (await Told()).Count() == 2, "both are told");
        Assert.Equal([("started", "running"), ("paused", "paused")], (await Told()).Select(d => (d["action"]!.GetValue<string>(), d["state"]!.GetValue<string>())));
    }

    private async Task<IEnumerable<JsonNode>> Told() =>
        (await Cluster.Events.Newest(100, [EventKinds.Run], CancellationToken.None)).Reverse().Select(e => JsonNode.Parse(e.Data)!);
}
