using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>A dry run after a migration: who asks how the runs are sees it, and who asks what has become of the sessions does not.</summary>
public sealed class RehearsedRunTests
{
    [Fact]
    public async Task It_is_shown_as_the_run_that_it_is_and_the_figures_stay_those_of_the_migration()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 10);
        await cluster.DualWrite();
        await cluster.Run("""{"kind":"migrate"}""");
        var before = await Figures();
        Assert.False((await Shown())["dry_run"]!.GetValue<bool>());

        await cluster.Run("""{"kind":"migrate","dry_run":true}""");
        Assert.True((await Shown())["dry_run"]!.GetValue<bool>());
        Assert.Equal(before, await Figures());

        async Task<JsonNode> Shown() => Assert.Single((await cluster.Alive().Get("api/migration/status").Ok()).Json["runs"]!.AsArray(), r => r!["kind"]!.GetValue<string>() == "migrate")!;

        async Task<(string, long, long)> Figures()
        {
            var metrics = (await cluster.Alive().Get("api/migration/metrics").Ok()).Json;
            return (metrics["start_time"]!.GetValue<string>(), metrics.Count("failed_migrations"), metrics.Count("skipped_sessions"));
        }
    }
}
