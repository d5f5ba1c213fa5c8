using System.Net;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>A read that waited for the cluster while the rollout changed: the change has stopped waiting for it, or needs its word no more.</summary>
public sealed class OvertakenReadTests
{
    [Theory]
    [InlineData("/api/sessions/s-1")]
    [InlineData("/api/sessions")]
    public async Task It_is_decided_by_what_holds_when_it_is_answered(string path)
    {
        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(percentage: 100) };
        cluster.OnRead = async _ =>
        {
            asked.TrySetResult();
            await goOn.Task;
            return ScriptedCluster.Stored(1, """{"id":"s-1"}""");
        };
        cluster.OnList = async _ =>
        {
            asked.TrySetResult();
            await goOn.Task;
            return new SessionPage(cluster.Rollout.GoPercentage == 100, [], null);
        };
        await using var host = await GatewayHost.Ready(cluster);
        var read = host.Read(path);
        await asked.Task;
        cluster.Rollout = cluster.Rollout with { Epoch = 2, GoPercentage = 0 };
        var change = host.Get<GatewayLease>().Apply(cluster.Rollout);
        goOn.SetResult();
        var answer = await read;
        Assert.Equal(("2", "python"), (answer.Headers["X-Gaia-Epoch"], answer.Headers["X-Gaia-Served-By"]));
        Assert.Single(host.Home.Requests);
        await change;
    }

    /// <summary>While dual-write is off a read needs no lease, for turning it on needs this gateway's word; once that is given it does.</summary>
    [Theory]
    [InlineData("/api/sessions/s-1", false, HttpStatusCode.OK)]
    [InlineData("/api/sessions", false, HttpStatusCode.OK)]
    [InlineData("/api/sessions/s-1", true, HttpStatusCode.ServiceUnavailable)]
    [InlineData("/api/sessions", true, HttpStatusCode.ServiceUnavailable)]
    public async Task Without_a_lease_it_is_forwarded_until_the_gateway_has_agreed_to_dual_write(string path, bool closing, HttpStatusCode status)
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout() with { DualWrite = new(false, closing, DualWriteMode.GoLeads, AckPolicy.Both) } };
        await using var host = await GatewayHost.Ready(cluster, ("Gateway:Lease", "00:00:00.200"));
        cluster.OnGrant = static () => throw new SiloUnavailableException("cut off");
        cluster.OnRegister = static _ => new SiloUnavailableException("cut off");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (host.Get<GatewayLease>().Held) await timer.WaitForNextTickAsync();
        Assert.Equal(status, (await host.Read(path)).Status);
        Assert.Equal(closing ? 0 : 1, host.Home.Requests.Count);
    }
}
