using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>A cluster that is made smaller in good order can be steered without anybody cleaning up after it.</summary>
public sealed class LeavingGatewayTests
{
    [Fact]
    public async Task Who_was_stopped_is_not_waited_for_when_dual_write_is_switched()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: 5);
        var left = cluster.Silos[0];
        // Also two silos at once, one of which may have the rollout.
        var ended = await Task.WhenAll(cluster.Gateway.StopAsync(), cluster.Silos[1].StopAsync(), cluster.Silos[2].StopAsync());
        Assert.All(ended, code => Assert.Equal(0, code));
        var silo = new Http(left.Url);
        Assert.Equal([left.Name], (await silo.Get("api/migration/gateways").Ok()).Json.AsArray().Select(g => g!["name"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.OK, (await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""")).Status);
    }
}
