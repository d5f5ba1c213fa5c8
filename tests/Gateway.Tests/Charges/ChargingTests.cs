using GaiaOrleans.Contracts.Charges;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Charges;

/// <summary>Every answered session request is charged to one side, and 5xx is that side's error.</summary>
public sealed class ChargingTests
{
    private static readonly ChargedRequests Go = new(1, 0, 0, 0);
    private static readonly ChargedRequests GoError = new(1, 1, 0, 0);
    private static readonly ChargedRequests Python = new(0, 0, 1, 0);
    private static readonly ChargedRequests PythonError = new(0, 0, 1, 1);

    public static readonly TheoryData<string, Exception?, ChargedRequests> Writes = new()
    {
        { "accepted", null, Go },
        { "the lead is down", new LeadUnavailableException(Side.Go, "gone"), GoError },
        { "legacy leads and is down", new LeadUnavailableException(Side.Python, "gone"), PythonError },
        { "legacy was asked and did not answer", new ForwardedUnansweredException("Request"), PythonError },
        { "the outcome is not known", new OutcomeUnknownException("s-1", "lost"), GoError },
        { "no lease", new LeaseLostException(), GoError },
        { "no storage", new StorageUnavailableException("gone"), GoError },
        { "a defect", new InvalidOperationException("oops"), GoError },
        { "too many requests", new OverloadedException("full"), Go },
        { "stale", new VersionMismatchException("s-1", 7), Go },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_is_charged_to_whoever_had_to_answer_it(string what, Exception? failure, ChargedRequests expected)
    {
        await using var host = await GatewayHost.Ready();
        if (failure is not null) host.Cluster.OnWrite = (_, _, _) => throw failure;
        await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.True(expected == await Charged(host), what);
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(404, false)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task What_legacy_answers_is_charged_to_legacy(int status, bool failed)
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Some.Rollout() with { DualWrite = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both) } });
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal(failed ? PythonError : Python, await Charged(host));
        await host.Read("/api/sessions");
        Assert.Equal(failed ? PythonError : Python, await Charged(host));
    }

    [Fact]
    public async Task That_legacy_does_not_answer_a_read_is_its_error()
    {
        await using var host = await GatewayHost.Ready();
        host.Cluster.OnRead = _ => Task.FromResult(ScriptedCluster.Stored(1, "{}"));
        host.Home.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, (int)(await host.Read("/api/sessions/s-1")).Status);
        Assert.Equal(PythonError, await Charged(host));
    }

    [Fact]
    public async Task What_the_target_does_not_have_is_no_error_of_it()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Some.Rollout() with { GoPercentage = 100, Phase = RolloutPhase.Cutover } });
        Assert.Equal(StatusCodes.Status404NotFound, (int)(await host.Read("/api/sessions/s-1")).Status);
        Assert.Equal(Go, await Charged(host));
        host.Cluster.OnRead = _ => throw new StorageUnavailableException("gone");
        await host.Read("/api/sessions/s-1");
        Assert.Equal(GoError, await Charged(host));
    }

    [Fact]
    public async Task Requests_that_are_about_no_session_are_not_charged()
    {
        await using var host = await GatewayHost.Ready();
        await host.Read("/api/traffic-split");
        await host.Read("/api/gateway");
        await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal(Go, await Charged(host));
    }

    /// <summary>The next to be charged: a response is complete a moment before its client's request is.</summary>
    private static async Task<ChargedRequests> Charged(GatewayHost host)
    {
        var charges = host.Get<SessionCharges>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            if (charges.Take() is var taken && taken != ChargedRequests.None) return taken;
            await timer.WaitForNextTickAsync();
        }
    }
}
