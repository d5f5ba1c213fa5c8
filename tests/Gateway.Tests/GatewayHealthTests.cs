using System.Net;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests;

public sealed class GatewayHealthTests
{
    [Fact]
    public async Task It_says_what_it_has_checked_which_build_it_is_and_how_long_it_runs()
    {
        await using var host = await GatewayHost.Ready();
        var health = await host.Read("/health");
        Assert.Equal((HttpStatusCode.OK, "healthy", "healthy", "healthy"), (health.Status, Text(health, "status"), Check(health, "cluster"), Check(health, "legacy")));
        Assert.Matches(@"^\d+\.\d+\.\d+$", Text(health, "version"));
        Assert.InRange(health.Json["uptime_s"]!.GetValue<double>(), 0, 3600);
        Assert.Equal("/health", Assert.Single(host.Home.Requests).Target);
    }

    [Fact]
    public async Task Without_gaia_home_it_is_degraded_and_ready_all_the_same()
    {
        await using var host = await GatewayHost.Ready();
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var health = await host.Read("/health");
        Assert.Equal((HttpStatusCode.OK, "degraded", "unhealthy"), (health.Status, Text(health, "status"), Check(health, "legacy")));
        Assert.Equal((HttpStatusCode.OK, "healthy"), await host.Read("/health/ready") is var ready ? (ready.Status, Text(ready, "status")) : default);
        await host.Home.DisposeAsync();
        Assert.Equal("unhealthy", Check(await host.Read("/health"), "legacy"));
    }

    [Fact]
    public async Task Without_its_cluster_it_is_unhealthy()
    {
        await using var host = await GatewayHost.Start(new() { OnRegister = _ => new TimeoutException("no silo") });
        var health = await host.Read("/health");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unhealthy", "unhealthy"), (health.Status, Text(health, "status"), Check(health, "cluster")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Read("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/health/live")).Status);
    }

    /// <summary>It has agreed to a switch and was cut off: it may forward no more, and can serve nothing else.</summary>
    [Theory]
    [InlineData(false, HttpStatusCode.OK)]
    [InlineData(true, HttpStatusCode.ServiceUnavailable)]
    public async Task Without_its_cluster_it_is_ready_where_it_may_forward_and_only_there(bool closing, HttpStatusCode status)
    {
        var rollout = Some.Rollout() is var s ? s with { DualWrite = s.DualWrite with { Enabled = false, Closing = closing } } : s;
        await using var host = await GatewayHost.Ready(new() { Rollout = rollout }, ("Gateway:Lease", "00:00:00.200"));
        (host.Cluster.OnGrant, host.Cluster.OnRegister) = (static () => throw new TimeoutException("no silo"), static _ => new TimeoutException("no silo"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (host.Get<GatewayLease>().Held) await timer.WaitForNextTickAsync(patience.Token);
        Assert.Equal(status, (await host.Read("/health/ready")).Status);
    }

    private static string Text(Reply reply, string member) => reply.Json[member]!.GetValue<string>();

    private static string Check(Reply reply, string name) => reply.Json["checks"]![name]!.GetValue<string>();
}
