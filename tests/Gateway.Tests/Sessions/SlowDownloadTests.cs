using System.Net;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>A change of the rollout waits for GAIA_HOME to say what a read is answered with, and not for the client to take all of it.</summary>
public sealed class SlowDownloadTests
{
    private static readonly DualWriteSettings Off = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both);

    [Theory]
    [InlineData("/api/sessions/s-1", false)]
    [InlineData("/api/sessions", false)]
    [InlineData("/api/sessions/s-1", true)]
    public async Task What_is_forwarded_does_not_hold_it_up(string path, bool dualWrite)
    {
        var cluster = new ScriptedCluster { OnRead = _ => Task.FromResult(ScriptedCluster.Stored(1, "{}")) };
        if (!dualWrite) cluster.Rollout = cluster.Rollout with { DualWrite = Off };
        await using var host = await GatewayHost.Ready(cluster);
        var (begun, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Home.Answer = async context =>
        {
            await HomeDouble.Json(context, "[");
            await context.Response.Body.FlushAsync();
            begun.SetResult();
            await rest.Task;
            await context.Response.WriteAsync("]");
        };
        var read = host.Read(path);
        await begun.Task;
        await Change(host, cluster);
        rest.SetResult();
        Assert.Equal((HttpStatusCode.OK, "[]"), await read is var answer ? (answer.Status, answer.Body) : default);
    }

    /// <summary>A list into which something is put is read whole before.</summary>
    [Fact]
    public async Task Nor_does_a_list_that_nobody_takes()
    {
        var cluster = new ScriptedCluster { OnList = _ => Task.FromResult(new SessionPage(false, [], null)) };
        await using var host = await GatewayHost.Ready(cluster);
        // More than is under way between two processes.
        host.Home.Answer = context => HomeDouble.Json(context, $"[\"{new string('x', 64 << 20)}\"]");
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(host.Url + "/api/sessions"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Change(host, cluster);
    }

    private static Task Change(GatewayHost host, ScriptedCluster cluster) =>
        host.Get<GatewayLease>().Apply(cluster.Rollout = cluster.Rollout with { Epoch = 2 }).WaitAsync(TimeSpan.FromSeconds(30));
}
