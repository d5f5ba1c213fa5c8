using System.Net;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

/// <summary>A gateway that stops in good order is not waited for any more; one that may have left something behind is.</summary>
public sealed class DepartureTests
{
    private static readonly (string, string?) AtOnce = ("Gateway:Drain", "00:00:00");

    [Fact]
    public async Task It_takes_itself_out()
    {
        await using var host = await GatewayHost.Ready(null, AtOnce);
        await host.Stop();
        Assert.Equal([host.Get<LeaseRenewal>().Id], host.Cluster.Departures);
    }

    /// <summary>Whoever turns dual-write on must know of a change that GAIA_HOME may yet carry out.</summary>
    [Fact]
    public async Task With_a_request_cut_off_it_stays()
    {
        await using var host = await GatewayHost.Ready(null, AtOnce);
        host.Get<GatewayLease>().Enter();
        await host.Stop();
        Assert.Empty(host.Cluster.Departures);
    }

    [Fact]
    public async Task In_an_emergency_it_stays()
    {
        var folder = Directory.CreateTempSubdirectory("gaia-departure-");
        await using var host = await GatewayHost.Ready(null, AtOnce, ("Gateway:Name", "gw-1"), ("Gateway:StateFile", Path.Combine(folder.FullName, "state.json")));
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Post, "/api/gateway/emergency", """{"to":"python","confirm":"gw-1","reason":"the cluster is dead"}""")).Status);
        await host.Stop();
        Assert.Empty(host.Cluster.Departures);
        folder.Delete(recursive: true);
    }

    /// <summary>Where there is no cluster any more, nobody is told, and the process ends all the same.</summary>
    [Fact]
    public async Task Without_a_rollout_it_ends()
    {
        await using var host = await GatewayHost.Ready(new() { OnDeparture = _ => new TimeoutException("No silo answers.") }, AtOnce);
        await host.Stop();
        Assert.Empty(host.Cluster.Departures);
    }
}
