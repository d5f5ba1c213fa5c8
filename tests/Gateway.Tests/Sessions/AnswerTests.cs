using System.Net;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>What every answer carries, and what bad input gets.</summary>
public sealed class AnswerTests
{
    private static readonly RolloutState Off = Some.Rollout() with { DualWrite = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both) };

    [Theory]
    [InlineData("POST", "/api/sessions", """{"id":"\ud800"}""")]
    [InlineData("POST", "/api/sessions", """{"id":"s-1","\ud800":1}""")]
    [InlineData("POST", "/api/sessions", """{"id":7}""")]
    [InlineData("POST", "/api/sessions", "")]
    [InlineData("GET", "/api/sessions?status=%00", null)]
    [InlineData("GET", "/api/sessions?tier=a%00b", null)]
    [InlineData("GET", "/api/sessions?cursor=%00", null)]
    public async Task Bad_input_is_400(string method, string path, string? body)
    {
        await using var host = await GatewayHost.Ready();
        host.Cluster.OnList = _ => throw new InvalidOperationException("It reached the database.");
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Send(new(method), path, body)).Status);
        Assert.Empty(host.Cluster.Writes);
    }

    [Fact]
    public async Task A_forwarded_write_says_that_dual_write_is_off()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Off });
        var write = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        Assert.Equal(("python", "1", "off"), (write.Headers["X-Gaia-Served-By"], write.Headers["X-Gaia-Epoch"], write.Headers.GetValueOrDefault("X-Gaia-Dual-Write")));
        Assert.False((await host.Read("/api/sessions/s-1")).Headers.ContainsKey("X-Gaia-Dual-Write"));
    }

    [Fact]
    public async Task A_refusal_too_says_who_decided_and_under_which_epoch()
    {
        await using var host = await GatewayHost.Ready();
        host.Cluster.OnWrite = (id, _, _) => throw new VersionMismatchException(id, 7);
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}", ("If-Match", "\"1\""));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "go", "1"), (answer.Status, answer.Headers.GetValueOrDefault("X-Gaia-Served-By"), answer.Headers.GetValueOrDefault("X-Gaia-Epoch")));
        host.Cluster.OnRead = _ => Task.FromResult(ScriptedCluster.Stored(1, "{}"));
        host.Home.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var read = await host.Read("/api/sessions/s-1");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "python", "1"), (read.Status, read.Headers.GetValueOrDefault("X-Gaia-Served-By"), read.Headers.GetValueOrDefault("X-Gaia-Epoch")));
    }

    [Fact]
    public async Task A_list_outlives_the_silo_that_was_asked()
    {
        await using var host = await GatewayHost.Ready();
        var asked = 0;
        host.Cluster.OnList = _ => asked++ == 0 ? throw new SiloUnavailableException("gone") : Task.FromResult(new SessionPage(true, [], null));
        Assert.Equal((HttpStatusCode.OK, "[]"), ((await host.Read("/api/sessions")) is var answer ? (answer.Status, answer.Body) : default));
    }

    [Fact]
    public async Task A_read_that_nobody_answered_is_no_change_of_unknown_outcome()
    {
        await using var host = await GatewayHost.Ready();
        host.Cluster.OnRead = _ => throw new InvalidDataException();
        Assert.Equal(HttpStatusCode.InternalServerError, (await host.Read("/api/sessions/s-1")).Status);
        host.Cluster.OnRead = _ => throw new OrleansException("lost");
        var answer = await host.Read("/api/sessions/s-1");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
        host.Cluster.OnWrite = (_, _, _) => throw new OrleansException("lost");
        Assert.Equal("outcome_unknown", (string?)(await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}")).Json["code"]);
    }

    [Fact]
    public async Task A_head_request_is_a_read_without_its_body()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Some.Rollout(percentage: 100), OnRead = _ => Task.FromResult(ScriptedCluster.Stored(3, "{}")) });
        var answer = await host.Send(HttpMethod.Head, "/api/sessions/s-1", (string?)null);
        Assert.Equal((HttpStatusCode.OK, "", "\"3\""), (answer.Status, answer.Body, answer.Headers.GetValueOrDefault("ETag")));
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Head, "/api/sessions", (string?)null)).Status);
    }
}
