using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>50 000 sessions, and a silo that is killed in the middle: the run goes on elsewhere and its ledger closes.</summary>
public sealed class MigrateKillTests
{
    private const int Sessions = 50_000;

    [Fact]
    public async Task A_run_whose_silos_are_killed_one_after_the_other_loses_and_doubles_nothing()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: Sessions);
        await new Http(cluster.Silos[0].Url).Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await new Http(cluster.Silos[0].Url).Post("api/migration/runs", """{"kind":"migrate","rate":4000}""").Ok();
        // Whichever of them the run lives on: each is killed once while it runs.
        foreach (var (silo, share) in cluster.Silos.Zip([0.4, 0.55, 0.7]))
        {
            await Until(cluster, run => Done(run) >= share * Sessions);
            await silo.KillAsync();
            await silo.RestartAsync();
        }

        var ended = await Until(cluster, run => run["state"]!.GetValue<string>() is not "running");
        Assert.Equal("completed", ended["state"]!.GetValue<string>());
        Assert.Equal((Sessions, 0), (Count(ended, "listed"), Count(ended, "failed")));
        Assert.Equal(Sessions, Count(ended, "migrated") + Count(ended, "skipped"));
        var metrics = (await Alive(cluster).Get("api/migration/metrics").Ok()).Json;
        Assert.Equal((Sessions, Sessions), (Count(metrics, "total_sessions"), Count(metrics, "migrated_sessions")));

        // From here on the target lists, and who never pages does not notice.
        var (theirs, ours) = (await new Http(cluster.Legacy.Url).Get("api/sessions").Ok(), await new Http(cluster.Gateway.Url).Get("api/sessions").Ok());
        Assert.Equal("go", ours.Headers["X-Gaia-Served-By"]);
        Assert.Equal(Ids(theirs), Ids(ours));
    }

    private static IEnumerable<string> Ids(Answer list) => list.Json.AsArray().Select(s => s!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal);

    private static Http Alive(LocalCluster cluster) => new(cluster.Silos.First(s => !s.HasExited).Url);

    private static async Task<JsonNode> Until(LocalCluster cluster, Func<JsonNode, bool> enough)
    {
        var seen = await Eventually.Get(
            async () => await Alive(cluster).Get("api/migration/runs/migrate") is { Status: System.Net.HttpStatusCode.OK } answer ? answer.Json : null,
            run => run is not null && (enough(run) || run["state"]!.GetValue<string>() is "paused" or "failed"), TimeSpan.FromSeconds(90));
        return seen!;
    }

    private static long Done(JsonNode run) => Count(run, "done");

    private static long Count(JsonNode run, string member) => run[member]!.GetValue<long>();
}
