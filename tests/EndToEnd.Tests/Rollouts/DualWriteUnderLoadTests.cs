using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>Dual-write is turned off and on again while clients write through every gateway: none is refused, and nothing acknowledged is lost.</summary>
public sealed class DualWriteUnderLoadTests
{
    private static readonly string[] Stuck = ["stuck"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Off_is_refused_while_rows_are_pending_and_on_again_adopts_what_legacy_alone_was_told()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: FenceLoad.Sessions, settings: Unhurried.Settings);
        var silo = new Http(cluster.Silos[0].Url);
        await Switch(on: true).Ok();
        var load = FenceLoad.Start(cluster, clients: 8);
        await More(100);

        await cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, only = new { ids = Stuck } });
        await silo.Put("api/sessions/stuck", """{"note":"pending"}""").Ok();
        var refused = await Switch(on: false);
        Assert.Equal((HttpStatusCode.Conflict, "pending_writes"), (refused.Status, refused.Code));
        Assert.True(refused.Json["pending"]!.GetValue<long>() >= 1);
        Assert.True((await silo.Get("api/migration/dual-write").Ok()).Json["enabled"]!.GetValue<bool>());
        await cluster.Legacy.ClearFaultsAsync();

        await Eventually.Get(() => Switch(on: false), a => a.Status == HttpStatusCode.OK, Patience);
        await More(200);
        await silo.Put("api/sessions/stuck", """{"note":"forwarded"}""").Ok();
        var on = (await Switch(on: true).Ok()).Json;
        await More(200);
        await load.Stop();

        Assert.Empty(load.Refused);
        Assert.Empty(await load.Lost(silo));
        Assert.Empty(await load.Lost(new(cluster.Legacy.Url)));
        Assert.Equal("forwarded", (await silo.Get("api/sessions/stuck").Ok()).Json["note"]!.GetValue<string>());
        for (var n = 0; n < FenceLoad.Sessions; n++)
        {
            var session = (await silo.Get($"api/migration/sessions/{FenceLoad.Id(n)}").Ok()).Json;
            Assert.Equal(("equal", on["generation"]!.GetValue<long>()), (session["status"]!.GetValue<string>(), session["generation"]!.GetValue<long>()));
        }

        Task<Answer> Switch(bool on) => silo.Post("api/migration/dual-write", $$"""{"enabled":{{(on ? "true" : "false")}},"reason":"tests"}""");

        Task More(int answers)
        {
            var goal = load.Seen.Count + answers;
            return Eventually.Get(() => Task.FromResult(load.Seen.Count), seen => seen >= goal, Patience);
        }
    }
}
