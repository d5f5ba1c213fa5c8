using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.EndToEnd.Tests.Rollouts;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>docs/UNINSTALLING.md, while clients write: back to plain GAIA_HOME, and nothing that was acknowledged is missing there.</summary>
public sealed class UninstallTests
{
    private const string ByHand = "6. The cluster goes / 2", Deleted = "session-000030";

    [Fact]
    public async Task Clients_talk_to_GAIA_HOME_directly_and_find_everything_and_the_cluster_is_removed()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: FenceLoad.Sessions, settings: Unhurried.Settings);
        var (silo, gateway, legacy) = (new Http(cluster.Silos[0].Url), new Http(cluster.Gateway.Url), new Http(cluster.Legacy.Url));
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await silo.Post("api/migration/runs", """{"kind":"migrate"}""").Ok();
        await silo.Post("api/traffic-split", """{"go_percentage":100,"python_percentage":0,"force":true,"reason":"tests"}""").Ok();
        await gateway.Put("api/sessions/made-here", """{"session_name":"made-here","status":"idle","note":"by the cluster"}""").Ok();
        await gateway.Delete($"api/sessions/{Deleted}").Ok();
        var load = FenceLoad.Start(cluster, clients: 6);
        using var shell = new DocumentShell(cluster);
        var table = BlockTable.Of("UNINSTALLING");
        var blocks = table.Blocks();
        await shell.Walk(table, blocks.Where(b => b.Name[0] < '5'));
        var seen = load.Seen.Count;
        await Eventually.Get(() => Task.FromResult(load.Seen.Count), now => now > seen + 100, TimeSpan.FromSeconds(30));
        await shell.Walk(table, blocks.Where(b => b.Name[0] == '5'));
        await load.Stop();
        Assert.DoesNotContain(load.Refused, refused => refused.Id != Deleted);
        await Everything();

        await shell.Walk(table, blocks.Where(b => b.Name[0] == '6').TakeWhile(b => b.Name != ByHand));
        await cluster.Gateway.KillAsync();
        await shell.Walk(table, blocks.SkipWhile(b => b.Name != ByHand));
        await Everything();
        await legacy.Post("api/sessions", """{"id":"afterwards","status":"idle"}""").Ok();
        await legacy.Patch("api/sessions/made-here", """{"note":"by GAIA_HOME"}""").Ok();

        async Task Everything()
        {
            Assert.Empty(await load.Lost(legacy));
            Assert.Equal("by the cluster", (string?)(await legacy.Get("api/sessions/made-here").Ok()).Json["note"]);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await legacy.Get($"api/sessions/{Deleted}")).Status);
            Assert.Equal(FenceLoad.Sessions, (await legacy.Get("api/sessions").Ok()).Json.AsArray().Count);
        }
    }
}
