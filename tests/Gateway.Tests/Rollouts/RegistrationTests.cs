using System.Net;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

/// <summary>A gateway is known to the rollout, under a name of its own, before it serves anything.</summary>
public sealed class RegistrationTests
{
    private static string Port(GatewayHost host) => new Uri(host.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Two_on_one_host_have_two_names()
    {
        var cluster = new ScriptedCluster();
        await using var one = await GatewayHost.Ready(cluster);
        await using var other = await GatewayHost.Ready(cluster);
        string[] names = [$"{Environment.MachineName}:{Port(one)}", $"{Environment.MachineName}:{Port(other)}"];
        Assert.Equal(names.Order(), cluster.Registrations.Select(r => r.Name).Distinct().Order());
        Assert.Equal(names[1], (string?)(await other.Read("/api/gateway")).Json["name"]);
    }

    [Fact]
    public async Task A_name_that_is_given_stays()
    {
        await using var host = await GatewayHost.Ready(null, ("Gateway:Name", "gw-1"));
        Assert.Equal("gw-1", host.Cluster.Registrations.First().Name);
        Assert.Equal("gw-1", (string?)(await host.Read("/api/gateway")).Json["name"]);
    }

    [Fact]
    public async Task It_serves_nothing_that_the_rollout_could_not_stop()
    {
        var cluster = new ScriptedCluster { OnRegister = _ => new TimeoutException("The rollout grain moves.") };
        await using var host = await GatewayHost.Start(cluster, ("Gateway:Renew", "00:00:00.050"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Read("/api/sessions/s-1")).Status);
        Assert.Null(host.Get<GatewayLease>().Known);
        cluster.OnRegister = _ => null;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!host.Get<GatewayLease>().Held) await timer.WaitForNextTickAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1")).Status);
    }

    /// <summary>Chaos, seed 502: the silo through which the gateway reached the rollout answered nothing for twenty seconds, and dual-write could not be switched.</summary>
    [Fact]
    public async Task Where_the_silo_on_the_way_to_the_rollout_is_silent_another_passes_it_on()
    {
        var cluster = new ScriptedCluster { RolloutIsSilent = true };
        await using var host = await GatewayHost.Ready(cluster, ("Gateway:Lease", "00:00:00.200"));
        Assert.NotEmpty(cluster.Registrations);
    }

    [Fact]
    public async Task A_lease_longer_than_the_clusters_is_cut_and_renewed_in_time()
    {
        var cluster = new ScriptedCluster { Lease = TimeSpan.FromMilliseconds(300) };
        await using var host = await GatewayHost.Ready(cluster, ("Gateway:Lease", "00:00:20"), ("Gateway:Renew", "00:00:10"));
        var lease = host.Get<GatewayLease>();
        Assert.Equal(cluster.Lease, lease.Length);
        // Without a request that would ask for one; at the configured pace these would take most of a minute.
        var fifth = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var readings = 0;
        cluster.OnGrant = () =>
        {
            if (Interlocked.Increment(ref readings) == 5) fifth.TrySetResult();
        };
        await fifth.Task.WaitAsync(TimeSpan.FromSeconds(15));
    }
}
