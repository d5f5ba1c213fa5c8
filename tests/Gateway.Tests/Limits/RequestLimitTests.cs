using System.Net;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Tests.Limits;

/// <summary>What a process says when it is asked too much at once.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task Who_asks_more_in_a_second_than_a_caller_may_is_told_when_to_come_back()
    {
        await using var host = await GatewayHost.Ready(null, ("Limits:RequestsPerSecond", "5"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => host.Read("/api/sessions/a")));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.OK);
        var refused = answers.First(a => a.Status != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited", "1"), (refused.Status, (string?)refused.Json["code"], refused.Headers["Retry-After"]));
        Assert.Contains("Limits:RequestsPerSecond", (string?)refused.Json["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_is_never_told_so()
    {
        await using var host = await GatewayHost.Ready(null, ("Limits:RequestsPerSecond", "1"));
        foreach (var probe in (string[])["/health/live", "/health/ready", "/health"])
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => host.Read(probe))), a => Assert.Equal(HttpStatusCode.OK, a.Status));
    }

    [Fact]
    public async Task One_caller_does_not_use_up_what_another_may()
    {
        var (first, second) = (ApiKey.New(), ApiKey.New());
        await using var host = await GatewayHost.Ready(null, [.. Key(0, "ann", first), .. Key(1, "bob", second), ("Limits:RequestsPerSecond", "5")]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => host.Read("/api/sessions/a", ("X-Gaia-Key", first))));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/a", ("X-Gaia-Key", second))).Status);
    }

    [Fact]
    public async Task Where_all_places_are_taken_the_next_is_refused_until_one_is_free()
    {
        var (arrived, done) = (new TaskCompletionSource(), new TaskCompletionSource<WriteOutcome>());
        var cluster = new ScriptedCluster
        {
            OnWrite = (_, _, _) =>
            {
                arrived.TrySetResult();
                return done.Task;
            },
        };
        await using var host = await GatewayHost.Ready(cluster, ("Limits:Concurrent", "1"));
        var write = host.Send(HttpMethod.Put, "/api/sessions/s-1", """{"status":"idle"}""");
        await arrived.Task;
        var refused = await host.Read("/api/sessions/a");
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited", "1"), (refused.Status, (string?)refused.Json["code"], refused.Headers["Retry-After"]));
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/health/live")).Status);
        // Breaking glass is not refused because clients are many, and this one for what it lacks.
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Send(HttpMethod.Post, "/api/gateway/emergency", "{}")).Status);
        done.SetResult(new(200, 7, "{}"u8.ToArray(), DualWriteOutcome.Success, false, Side.Go));
        Assert.Equal(HttpStatusCode.OK, (await write).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/a")).Status);
    }

    [Fact]
    public async Task Too_many_or_too_large_headers_are_431_and_a_target_that_is_too_long_is_414()
    {
        await using var host = await GatewayHost.Ready();
        var many = await host.Read("/api/sessions/a", [.. Enumerable.Range(0, 120).Select(i => ($"X-Header-{i}", "1"))]);
        Assert.Equal((431, "headers_too_large"), ((int)many.Status, (string?)many.Json["code"]));
        var large = await host.Read("/api/sessions/a", [.. Enumerable.Range(0, 5).Select(i => ($"X-Header-{i}", new string('x', 8_000)))]);
        Assert.Equal((431, "headers_too_large"), ((int)large.Status, (string?)large.Json["code"]));
        var longer = await host.Read($"/api/sessions?x={new string('x', 9_000)}");
        Assert.Equal((414, "target_too_long"), ((int)longer.Status, (string?)longer.Json["code"]));
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions/a", [.. Enumerable.Range(0, 80).Select(i => ($"X-Header-{i}", new string('x', 200)))])).Status);
    }

    [Theory]
    [InlineData("POST", "/api/sessions", """{"metadata":""", "}")]
    [InlineData("POST", "/api/traffic-split", """{"go_percentage":10,"python_percentage":90,"more":""", "}")]
    [InlineData("POST", "/api/gateway/emergency", "", "")]
    public async Task JSON_of_too_many_levels_is_400_and_does_nothing(string method, string path, string before, string after)
    {
        await using var host = await GatewayHost.Ready();
        foreach (var levels in (int[])[65, 100, 20_000])
        {
            var answer = await host.Send(new(method), path, before + new string('[', levels) + new string(']', levels) + after);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), (answer.Status, (string?)answer.Json["code"]));
        }

        Assert.Empty(host.Cluster.Writes);
    }

    [Theory]
    [InlineData("Concurrent", "0")]
    [InlineData("RequestsPerSecond", "-1")]
    [InlineData("Headers", "5")]
    [InlineData("HeaderBytes", "1000000")]
    [InlineData("TargetBytes", "10")]
    public async Task A_limit_that_makes_no_sense_is_named_at_start(string name, string value)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.Start(null, ($"Limits:{name}", value)));
        Assert.Contains($"Limits__{name}", refusal.Message, StringComparison.Ordinal);
    }

    private static (string, string?)[] Key(int n, string name, string key) =>
        [($"Auth:Keys:{n}:Name", name), ($"Auth:Keys:{n}:Hash", ApiKey.HashOf(key)), ($"Auth:Keys:{n}:Role", "client")];
}
