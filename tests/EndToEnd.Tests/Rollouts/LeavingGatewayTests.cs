using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>A cluster that is made smaller in good order can be steered without anybody cleaning up after it. What was killed is taken out by hand, and nothing that lives is.</summary>
public sealed class LeavingGatewayTests
{
    private const string Switch = """{"enabled":true,"reason":"tests"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_was_stopped_is_not_waited_for_when_dual_write_is_switched()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: 5);
        var left = cluster.Silos[0];
        // Also two silos at once, one of which may have the rollout.
        var ended = await Task.WhenAll(cluster.Gateway.StopAsync(), cluster.Silos[1].StopAsync(), cluster.Silos[2].StopAsync());
        Assert.All(ended, code => Assert.Equal(0, code));
        var silo = new Http(left.Url);
        Assert.Equal([left.Name], (await Gateways(silo)).Select(Name));

        var killed = await cluster.AddGatewayAsync("killed", new Dictionary<string, string?>());
        var ids = (await Gateways(silo)).ToDictionary(Name, g => g["id"]!.GetValue<string>());
        Assert.Equal("gateway_gone", Gate(await silo.Delete($"api/migration/gateways/{ids["killed"]}")));
        await killed.KillAsync();
        Assert.Equal("killed", Assert.Single((await silo.Post("api/migration/dual-write", Switch)).Json["gateways"]!.AsArray())!.GetValue<string>());
        await Eventually.Get(() => silo.Delete($"api/migration/gateways/{ids["killed"]}"), a => a.Status == HttpStatusCode.NoContent, Patience);
        Assert.Equal("gateway_gone", Gate(await silo.Delete($"api/migration/gateways/{ids[left.Name]}")));
        Assert.Equal([left.Name], (await Gateways(silo)).Select(Name));
        Assert.Equal(HttpStatusCode.OK, (await silo.Post("api/migration/dual-write", Switch)).Status);
    }

    private static async Task<IEnumerable<JsonNode>> Gateways(Http silo) => (await silo.Get("api/migration/gateways").Ok()).Json.AsArray().Select(g => g!);

    private static string Name(JsonNode gateway) => gateway["name"]!.GetValue<string>();

    private static string Gate(Answer refused)
    {
        Assert.Equal((HttpStatusCode.Conflict, "blocked"), (refused.Status, refused.Code));
        return Assert.Single(refused.Json["blockers"]!.AsArray())!["gate"]!.GetValue<string>();
    }
}
