using System.Collections.Concurrent;
using System.Net;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Shadow;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Tests.Shadow;

public sealed class ShadowReadsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly (string, string?) Always = ("Gateway:ShadowRate", "1");
    private readonly ConcurrentQueue<(string Id, long Epoch, long Version)> _asked = [];
    private readonly SemaphoreSlim _arrived = new(0);

    public void Dispose() => _arrived.Dispose();

    /// <summary>The target serves every session as version 7 of epoch 1.</summary>
    private ScriptedCluster Cluster(Func<Task<ShadowVerdict>>? shadow = null, decimal percentage = 100) => new()
    {
        Rollout = Some.Rollout(percentage: percentage),
        OnRead = _ => Task.FromResult(ScriptedCluster.Stored(7, """{"id":"s-1"}""")),
        OnShadow = (id, epoch, version) =>
        {
            _asked.Enqueue((id, epoch, version));
            _arrived.Release();
            return shadow?.Invoke() ?? Task.FromResult(ShadowVerdict.Equal);
        },
    };

    private async Task Asked(int times = 1)
    {
        for (var i = 0; i < times; i++) Assert.True(await _arrived.WaitAsync(Deadline), $"only {_asked.Count} shadow reads came");
    }

    private static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds()) await timer.WaitForNextTickAsync(limit.Token);
    }

    [Fact]
    public async Task An_answered_read_is_repeated_with_what_the_client_was_shown()
    {
        await using var host = await GatewayHost.Ready(Cluster(), Always);
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1")).Status);
        Assert.Equal(HttpStatusCode.NotModified, (await host.Read("/api/sessions/s-2", ("If-None-Match", "\"7\""))).Status);
        await Asked(2);
        Assert.Equal([("s-1", 1, 7), ("s-2", 1, 7)], _asked.OrderBy(a => a.Id));
        await Until(() => host.Get<ShadowInstruments>().Read(Side.Go, ShadowVerdict.Equal) == 2);
    }

    [Fact]
    public async Task Without_a_rate_nothing_is_repeated()
    {
        await using var host = await GatewayHost.Ready(Cluster());
        for (var i = 0; i < 20; i++) await host.Read("/api/sessions/s-1");
        Assert.Equal((0, 0), (_asked.Count, host.Get<ShadowInstruments>().Dropped));
    }

    [Fact]
    public async Task Only_a_session_that_was_shown_is_repeated()
    {
        var cluster = Cluster();
        cluster.OnRead = id => Task.FromResult(ScriptedCluster.Stored(7, id == "there" ? "{}" : null));
        await using var host = await GatewayHost.Ready(cluster, Always);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Read("/api/sessions/gone")).Status);
        await host.Read("/api/sessions");
        await host.Send(HttpMethod.Head, "/api/sessions/there", (string?)null);
        await host.Send(HttpMethod.Put, "/api/sessions/there", "{}");
        await host.Read("/api/sessions/there");
        await Asked();
        Assert.Equal("there", Assert.Single(_asked).Id);
    }

    [Fact]
    public async Task It_is_not_repeated_before_it_is_answered()
    {
        await using var host = await GatewayHost.Ready(Cluster(percentage: 0), Always);
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Home.Answer = async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            arrived.SetResult();
            await released.Task;
            await context.Response.WriteAsync("}");
        };
        var reading = host.Read("/api/sessions/s-1");
        await arrived.Task.WaitAsync(Deadline);
        Assert.False(await _arrived.WaitAsync(TimeSpan.FromMilliseconds(100)));
        released.SetResult();
        Assert.Equal("{}", (await reading).Body);
        await Asked();
        await Until(() => host.Get<ShadowInstruments>().Read(Side.Python, ShadowVerdict.Equal) == 1);
    }

    [Fact]
    public async Task Shadow_reads_that_hang_delay_no_answer_and_pile_up_nowhere()
    {
        var held = new TaskCompletionSource<ShadowVerdict>();
        await using var host = await GatewayHost.Ready(Cluster(() => held.Task), Always, ("Gateway:ShadowQueue", "10"), ("Gateway:ShadowParallel", "2"));
        for (var i = 0; i < 2; i++) await host.Read("/api/sessions/s-1");
        await Asked(2);
        for (var i = 0; i < 50; i++) Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1").WaitAsync(Deadline)).Status);
        // What is counted after an answer is counted a moment later.
        await Until(() => host.Get<ShadowIntake>().Reads.Count + host.Get<ShadowInstruments>().Dropped == 50);
        Assert.Equal(2, _asked.Count);
        Assert.InRange(host.Get<ShadowIntake>().Reads.Count, 6, 10);
        held.SetResult(ShadowVerdict.Equal);
    }

    [Fact]
    public async Task Shadow_reads_that_fail_change_no_answer_and_rest()
    {
        await using var host = await GatewayHost.Ready(Cluster(() => throw new InvalidOperationException("Boom.")), Always, ("Gateway:ShadowParallel", "1"));
        var first = await host.Read("/api/sessions/s-1");
        await Until(() => host.Get<ShadowInstruments>().Read(Side.Go, ShadowVerdict.Failed) == 1);
        var second = await host.Read("/api/sessions/s-1");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, """{"id":"s-1"}"""), (first.Status, second.Status, second.Body));
        await Until(() => host.Get<ShadowInstruments>().Dropped == 1);
        Assert.Single(_asked);
        // The loop is still there.
        host.ShadowClock.Advance(TimeSpan.FromSeconds(1));
        await host.Read("/api/sessions/s-1");
        await Asked(2);
    }

    [Fact]
    public async Task While_legacy_is_not_asked_nothing_is_repeated()
    {
        await using var host = await GatewayHost.Ready(Cluster(() => Task.FromResult(ShadowVerdict.Refused)), Always, ("Gateway:ShadowParallel", "1"));
        await host.Read("/api/sessions/s-1");
        await Until(() => host.Get<ShadowInstruments>().Read(Side.Go, ShadowVerdict.Refused) == 1);
        for (var i = 0; i < 5; i++) await host.Read("/api/sessions/s-1");
        await Until(() => host.Get<ShadowInstruments>().Dropped == 5);
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData("Gateway:ShadowRate", "1.5", "GatewayOptions.ShadowRate ")]
    [InlineData("Gateway:ShadowRates:Python", "-0.1", "GatewayOptions.ShadowRates.Python ")]
    [InlineData("Gateway:ShadowRates:Go", "NaN", "GatewayOptions.ShadowRates.Go ")]
    [InlineData("Gateway:ShadowQueue", "0", "GatewayOptions.ShadowQueue ")]
    [InlineData("Gateway:ShadowParallel", "0", "GatewayOptions.ShadowParallel ")]
    public async Task A_rate_that_is_no_share_stops_the_start_and_is_named(string name, string value, string named)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.Start(null, (name, value)));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }
}
