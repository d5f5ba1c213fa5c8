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
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: Sessions);
        await cluster.DualWrite();
        await cluster.StartRun("""{"kind":"migrate","rate":4000}""");
        await cluster.UntilRun("migrate", run => run.Count("done") >= 0.4 * Sessions);
        // Until each of them has been killed, it has no time to end in.
        await cluster.Alive().Patch("api/migration/runs/migrate", """{"rate":600}""").Ok();
        // Whichever of them the run lives on: each is killed once while it runs.
        foreach (var (silo, share) in cluster.Silos.Zip([0.4, 0.55]))
        {
            var run = await cluster.UntilRun("migrate", run => run.Count("done") >= share * Sessions);
            Assert.Equal("running", run.State());
            await silo.KillAsync();
            await silo.RestartAsync();
        }

        await cluster.Alive().Patch("api/migration/runs/migrate", """{"rate":10000}""").Ok();
        var ended = await cluster.Completed("migrate");
        ended.AssertClosed();
        Assert.Equal(Sessions, ended.Count("listed"));
        var metrics = (await cluster.Alive().Get("api/migration/metrics").Ok()).Json;
        Assert.Equal((Sessions, Sessions), (metrics.Count("total_sessions"), metrics.Count("migrated_sessions")));

        // From here on the target lists, and who never pages does not notice.
        var (theirs, ours) = (await new Http(cluster.Legacy.Url).Get("api/sessions").Ok(), await new Http(cluster.Gateway.Url).Get("api/sessions").Ok());
        Assert.Equal("go", ours.Headers["X-Gaia-Served-By"]);
        Assert.Equal(Ids(theirs), Ids(ours));
    }

    private static IEnumerable<string> Ids(Answer list) => list.Json.AsArray().Select(s => s!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal);
}
