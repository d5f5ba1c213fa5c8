using System.Net;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Legacy;

/// <summary>With dual-write off GAIA_HOME is the only side, and what it does not say nobody knows.</summary>
public sealed class ForwardedWriteTests
{
    private static readonly ScriptedCluster Off = new() { Rollout = Some.Rollout() with { DualWrite = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both) } };

    [Theory]
    [InlineData("PUT", "{}")]
    [InlineData("PATCH", "{}")]
    [InlineData("POST", "{}")]
    [InlineData("DELETE", null)]
    public async Task Whether_it_took_effect_is_not_known_when_legacy_breaks_off_and_it_is_not_asked_twice(string method, string? body)
    {
        await using var host = await GatewayHost.Ready(Off);
        // On a connection that has been used before a client library may think that asking again is safe.
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/s-1")).Status);
        host.Home.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var answer = await host.Send(new(method), method == "POST" ? "/api/sessions" : "/api/sessions/s-1", body);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome_unknown"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Single(host.Home.Requests, r => r.Method == method);
    }

    [Fact]
    public async Task Nothing_was_done_when_legacy_was_not_reached()
    {
        await using var host = await GatewayHost.Ready(Off);
        await host.Home.DisposeAsync();
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
    }

    [Fact]
    public async Task A_read_that_is_not_answered_has_no_outcome()
    {
        await using var host = await GatewayHost.Ready(Off);
        host.Home.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var answer = await host.Read("/api/sessions/s-1");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
    }
}
