using System.Net;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Problems;

/// <summary>What no route answers.</summary>
public sealed class UnroutedProblemTests
{
    [Fact]
    public async Task A_path_or_a_method_that_nothing_has_is_a_problem_too()
    {
        await using var host = await GatewayHost.Ready();
        var unknown = await host.Read("/api/nothing");
        Assert.Equal((HttpStatusCode.NotFound, "unknown_route"), (unknown.Status, (string?)unknown.Json["code"]));
        var method = await host.Send(HttpMethod.Put, "/api/traffic-split", "{}");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method_not_allowed"), (method.Status, (string?)method.Json["code"]));
        Assert.Contains("GET", method.Headers["Allow"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task What_GAIA_HOME_answers_without_a_body_is_passed_on_without_one(int status)
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Some.Rollout() with { DualWrite = new(false, false, default, default) } });
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var reply = await host.Read("/api/sessions/a");
        Assert.Equal((status, ""), ((int)reply.Status, reply.Body));
    }

    [Theory]
    [InlineData("%20")]
    [InlineData("%20%20")]
    [InlineData("%E2%80%83")]
    public async Task A_session_of_a_blank_name_is_refused_and_was_a_defect(string id)
    {
        await using var host = await GatewayHost.Ready();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
        {
            var reply = await host.Send(method, $"/api/sessions/{id}", method == HttpMethod.Put ? "{}" : null);
            Assert.Equal((HttpStatusCode.BadRequest, "is blank"), (reply.Status, (string?)reply.Json["errors"]!["id"]![0]));
        }
    }
}
