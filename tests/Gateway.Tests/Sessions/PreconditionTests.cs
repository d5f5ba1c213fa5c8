using System.Net;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>If-Match and If-None-Match, as RFC 9110 reads them.</summary>
public sealed class PreconditionTests
{
    private static Task<GatewayHost> Host(SessionSnapshot stored) => GatewayHost.Ready(new() { OnRead = _ => Task.FromResult(stored), Rollout = Some.Rollout(percentage: 100) });

    [Theory]
    [InlineData("\"3\"", 304)]
    [InlineData("W/\"3\"", 304)]
    [InlineData("\"1\", \"3\"", 304)]
    [InlineData("\"1\",W/\"3\" , \"x\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"4\"", 200)]
    [InlineData("\"1\", \"2\"", 200)]
    [InlineData("\"13\"", 200)]
    [InlineData("nonsense", 200)]
    public async Task A_read_is_304_when_the_client_has_that_version(string ifNoneMatch, int status)
    {
        await using var host = await Host(ScriptedCluster.Stored(3, """{"id":"s-1"}"""));
        var answer = await host.Read("/api/sessions/s-1", ("If-None-Match", ifNoneMatch));
        Assert.Equal((status, status == 304 ? "" : """{"id":"s-1"}"""), ((int)answer.Status, answer.Body));
        Assert.Equal(("\"3\"", "go", "1"), (answer.Headers["ETag"], answer.Headers["X-Gaia-Served-By"], answer.Headers["X-Gaia-Epoch"]));
    }

    [Theory]
    [InlineData(100, "go")]
    [InlineData(0, "python")]
    public async Task A_head_has_the_headers_of_the_read_and_no_body(int percentage, string servedBy)
    {
        const string body = """{"id":"s-1"}""";
        await using var host = await GatewayHost.Ready(new() { OnRead = _ => Task.FromResult(ScriptedCluster.Stored(3, body)), Rollout = Some.Rollout(percentage: percentage) });
        host.Home.Answer = context => HomeDouble.Json(context, body);
        var (read, head) = (await host.Read("/api/sessions/s-1"), await host.Send(HttpMethod.Head, "/api/sessions/s-1", (string?)null));
        Assert.Equal((HttpStatusCode.OK, "", "\"3\"", servedBy), (head.Status, head.Body, head.Headers["ETag"], head.Headers["X-Gaia-Served-By"]));
        Assert.Equal((body, read.Headers["Content-Type"]), (read.Body, head.Headers["Content-Type"]));
        Assert.Equal(HttpStatusCode.NotModified, (await host.Send(HttpMethod.Head, "/api/sessions/s-1", (string?)null, ("If-None-Match", "\"3\""))).Status);
        host.Cluster.OnRead = _ => Task.FromResult(ScriptedCluster.Stored(0, null));
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        Assert.Equal((HttpStatusCode.NotFound, ""), await host.Send(HttpMethod.Head, "/api/sessions/s-1", (string?)null) is var none ? (none.Status, none.Body) : default);
    }

    [Fact]
    public async Task What_is_not_there_matches_no_star()
    {
        await using var host = await Host(ScriptedCluster.Stored(0, null));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Read("/api/sessions/s-1", ("If-None-Match", "*"))).Status);
    }

    [Theory]
    [InlineData("\"3\"", 304)]
    [InlineData("W/\"3\", \"8\"", 304)]
    [InlineData("\"2\"", 200)]
    public async Task A_read_from_legacy_is_conditional_on_the_version_that_its_answers_carry(string ifNoneMatch, int status)
    {
        await using var host = await GatewayHost.Ready(new() { OnRead = _ => Task.FromResult(ScriptedCluster.Stored(3, """{"id":"s-1"}""")) });
        host.Home.Answer = context => HomeDouble.Json(context, """{"id":"s-1","from":"legacy"}""");
        var answer = await host.Read("/api/sessions/s-1", ("If-None-Match", ifNoneMatch));
        Assert.Equal((status, status == 304 ? "" : """{"id":"s-1","from":"legacy"}"""), ((int)answer.Status, answer.Body));
        Assert.Equal(("\"3\"", "python"), (answer.Headers["ETag"], answer.Headers["X-Gaia-Served-By"]));
        Assert.False(host.Home.Requests.Single().Headers.ContainsKey("If-None-Match"));
    }

    /// <summary>The session decides it, between two of its writes: a look beforehand would miss a delete in between.</summary>
    [Theory]
    [InlineData("k-1")]
    [InlineData(null)]
    public async Task A_put_that_must_replace_is_decided_by_the_session_and_not_by_a_look_beforehand(string? key)
    {
        await using var host = await Host(ScriptedCluster.Stored(2, "{}"));
        host.Cluster.OnWrite = (id, _, context) => throw new VersionMismatchException(id, context.MustExist ? 0 : -1);
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}", [("If-Match", "*"), .. Key(key)]);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "version_mismatch", 0), (answer.Status, (string?)answer.Json["code"], (int?)answer.Json["version"]));
        Assert.Equal((null, true, key), host.Cluster.Writes.Single().Context is var c ? (c.ExpectedVersion, c.MustExist, c.IdempotencyKey) : default);
    }

    [Fact]
    public async Task A_patch_or_delete_of_what_is_not_there_stays_404()
    {
        await using var host = await Host(ScriptedCluster.Stored(0, null));
        host.Cluster.OnWrite = (id, _, _) => throw new UnknownSessionException(id);
        foreach (var method in (HttpMethod[])[HttpMethod.Patch, HttpMethod.Delete])
            foreach (var match in (string[])["*", "\"1\", \"2\""])
                Assert.Equal(HttpStatusCode.NotFound, (await host.Send(method, "/api/sessions/s-1", "{}", ("If-Match", match))).Status);
        Assert.Equal(4, host.Cluster.Writes.Count);
    }

    /// <summary>Also which of several: of a repetition under its key the session knows that it is one, and a look beforehand would find the version that it made.</summary>
    [Theory]
    [InlineData("\"2\", \"3\"", "3,2")]
    [InlineData("W/\"2\", \"7\", \"of-somebody-else\", \"3\"", "7,3")]
    [InlineData("\"3\"", "3")]
    [InlineData("3", "3")]
    [InlineData("W/\"3\"", "0")]
    [InlineData("\"of-somebody-else\"", "0")]
    [InlineData("\"3\", *", "")]
    public async Task Which_versions_a_write_may_replace_is_for_the_session_to_judge(string ifMatch, string expected)
    {
        await using var host = await Host(ScriptedCluster.Stored(3, "{}"));
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Patch, "/api/sessions/s-1", "{}", ("If-Match", ifMatch))).Status);
        var context = host.Cluster.Writes.Single().Context;
        Assert.Equal((expected, expected.Length == 0), (string.Join(',', [.. context.ExpectedVersion is { } first ? [first] : Array.Empty<long>(), .. context.OrVersions ?? []]), context.MustExist));
        Assert.Equal(expected.Split(',').Contains("3") || expected.Length == 0, context.Allows(3));
    }

    [Fact]
    public async Task What_the_attempt_before_may_have_done_is_not_held_against_the_next()
    {
        await using var host = await Host(ScriptedCluster.Stored(3, "{}"));
        host.Cluster.OnWrite = (_, _, context) =>
        {
            if (context.Attempt > 1) return Task.FromResult(new WriteOutcome(200, 4, "{}"u8.ToArray(), DualWriteOutcome.Success, false, Side.Go));
            host.Cluster.OnRead = _ => Task.FromResult(ScriptedCluster.Stored(4, "{}"));
            return Task.FromException<WriteOutcome>(new TimeoutException("It has taken effect."));
        };
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Patch, "/api/sessions/s-1", "{}", ("If-Match", "\"2\", \"3\""))).Status);
        Assert.Equal(2, host.Cluster.Writes.Count);
    }

    [Theory]
    [InlineData("W/\"3\"")]
    [InlineData("\"of-somebody-else\"")]
    [InlineData("\"1\", \"2\"")]
    public async Task An_etag_that_cannot_be_the_present_one_is_412(string ifMatch)
    {
        await using var host = await Host(ScriptedCluster.Stored(3, "{}"));
        host.Cluster.OnWrite = (id, change, context) => context.Allows(3) ? Task.FromResult(new WriteOutcome(200, 4, change.Body, DualWriteOutcome.Success, false, Side.Go)) : throw new VersionMismatchException(id, 3);
        var answer = await host.Send(HttpMethod.Patch, "/api/sessions/s-1", "{}", ("If-Match", ifMatch));
        Assert.Equal((HttpStatusCode.PreconditionFailed, 3), (answer.Status, (int?)answer.Json["version"]));
    }

    [Fact]
    public async Task What_is_no_etag_is_400()
    {
        await using var host = await Host(ScriptedCluster.Stored(3, "{}"));
        var answer = await host.Send(HttpMethod.Patch, "/api/sessions/s-1", "{}", ("If-Match", "\"3"));
        Assert.Equal((HttpStatusCode.BadRequest, true), (answer.Status, answer.Json["errors"]!.AsObject().ContainsKey("If-Match")));
    }

    [Fact]
    public async Task A_put_that_must_create_replaces_nothing()
    {
        await using var host = await Host(ScriptedCluster.Stored(3, "{}"));
        host.Cluster.OnWrite = (id, change, _) => change.Kind == ChangeKind.Create ? throw new SessionExistsException(id) : throw new InvalidOperationException("It would be replaced.");
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}", ("If-None-Match", "*"));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "version_mismatch", 3), (answer.Status, (string?)answer.Json["code"], (int?)answer.Json["version"]));
        host.Cluster.OnWrite = (_, change, _) => Task.FromResult(new WriteOutcome(201, 4, change.Body, DualWriteOutcome.Success, false, Side.Go));
        Assert.Equal(HttpStatusCode.Created, (await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}", ("If-None-Match", "*"))).Status);
    }

    private static (string, string)[] Key(string? key) => key is null ? [] : [("Idempotency-Key", key)];
}
