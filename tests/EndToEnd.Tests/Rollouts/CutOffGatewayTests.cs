using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>A gateway that has lost its cluster while dual-write is off goes on forwarding to GAIA_HOME. What it forwards must never be missed.</summary>
public sealed class CutOffGatewayTests
{
    private const int Sessions = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Dual_write_is_not_turned_on_past_it_and_what_it_forwarded_is_on_both_sides_afterwards()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: Sessions, settings: Unhurried.Settings);
        var only = cluster.Silos[0];
        var process = await cluster.AddGatewayAsync("cut-off", new Dictionary<string, string?> { ["Gaia__Silos__0"] = $"127.0.0.1:{only.OrleansPort}" });
        var (gateway, silo) = (new Http(process.Url), new Http(cluster.Silos[2].Url));
        await Write(0, Sessions, "with its cluster");

        // The one silo that it knows: to this gateway the cluster is gone, while the others go on.
        await only.KillAsync();
        await Lease(held: false);
        await Write(0, 5, "cut off");
        var refused = silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""");
        await Write(5, 10, "while it was refused");
        Assert.Equal((HttpStatusCode.Conflict, "gateway_unreachable"), ((await refused).Status, (await refused).Code));
        Assert.Contains("cut-off", (await refused).Json["gateways"]!.AsArray().Select(g => g!.GetValue<string>()));
        var state = (await silo.Get("api/migration/dual-write").Ok()).Json;
        Assert.Equal((false, false), (state["enabled"]!.GetValue<bool>(), state["closing"]!.GetValue<bool>()));
        await Write(10, 15, "after the refusal");

        await only.RestartAsync();
        await Lease(held: true);
        await Eventually.Get(() => silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}"""), a => a.Status == HttpStatusCode.OK, Patience);
        Assert.Equal(["dual_write_open", "dual_write_on", "dual_write_closing"], (await silo.Get("api/migration/history?limit=3").Ok()).Json.AsArray().Select(h => h!["action"]!.GetValue<string>()));
        await Write(15, Sessions, "with dual-write");
        for (var n = 0; n < Sessions; n++)
        {
            var id = FenceLoad.Id(n);
            var expected = n switch { < 5 => "cut off", < 10 => "while it was refused", < 15 => "after the refusal", _ => "with dual-write" };
            Assert.Equal(expected, (await gateway.Get($"api/sessions/{id}").Ok()).Json["note"]!.GetValue<string>());
            var both = (await silo.Get($"api/migration/sessions/{id}").Ok()).Json;
            Assert.Equal((expected, expected), (both["go_version"]!["note"]!.GetValue<string>(), both["python_version"]!["note"]!.GetValue<string>()));
        }

        async Task Write(int from, int to, string note)
        {
            for (var n = from; n < to; n++) await gateway.Patch($"api/sessions/{FenceLoad.Id(n)}", $$"""{"note":"{{note}}"}""").Ok();
        }

        Task Lease(bool held) => Eventually.Get(async () => (await gateway.Get("api/gateway").Ok()).Json["lease_held"]!.GetValue<bool>(), h => h == held, Patience);
    }
}
