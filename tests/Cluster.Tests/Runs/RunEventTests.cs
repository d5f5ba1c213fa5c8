using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class RunEventTests : RunTestBase
{
    [Fact]
    public async Task A_run_tells_of_each_change_of_its_state_once_however_often_it_is_woken()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(new(RatePerSecond: 500));
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

    private async Task<IEnumerable<JsonNode>> Told() =>
        (await Cluster.Events.Newest(100, [EventKinds.Run], CancellationToken.None)).Reverse().Select(e => JsonNode.Parse(e.Data)!);
}
