using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>No trouble is ever mistaken for the absence of a session, or for another one.</summary>
public sealed class ReadTests : IAsyncLifetime
{
    private GaiaHomeProcess _home = null!;
    private LegacyClient _client = null!;

    public async Task InitializeAsync()
    {
        _home = await GaiaHomeProcess.StartAsync(["--seed", "3"]);
        _client = LegacyClient.Of(_home.Url, ("MaxListBytes", 1 << 20), ("Breaker:MinimumThroughput", 1_000));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"error_rate":1}""", "500")]
    [InlineData("""{"hang":true}""", "[timeout]")]
    [InlineData("""{"close":true}""", "[connection_lost]")]
    [InlineData("""{"html":true}""", "[not_json]")]
    [InlineData("""{"big":10485760}""", "[too_large]")]
    [InlineData("""{"big":1000}""", "[not_json]")]
    [InlineData("""{"trickle_ms":50}""", "[timeout]")]
    public async Task Trouble_is_neither_absence_nor_an_empty_list(string fault, string reason)
    {
        await using var hasty = LegacyClient.Of(_home.Url, ("Timeout", "00:00:00.300"), ("ListTimeout", "00:00:00.500"), ("Breaker:MinimumThroughput", 1_000));
        var legacy = reason == "[timeout]" ? hasty.Sessions : _client.Sessions;
        await _home.SetFaultsAsync(fault);
        foreach (var read in new Func<Task>[] { () => legacy.Get("session-000001", default), () => legacy.List(null, default) })
            Assert.Contains(reason, (await Assert.ThrowsAsync<LegacyUnavailableException>(read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_failure_is_read_over()
    {
        await _home.SetFaultsAsync(new { ErrorRate = 1, Times = 1 });
        Assert.NotNull((await _client.Sessions.Get("session-000001", default)).Document);
        Assert.Equal(2, await _home.Requests("GET /api/sessions/{id}"));
    }

    [Fact]
    public async Task A_page_that_says_404_is_no_absence()
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsync("<!doctype html><title>nginx</title>");
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
        Assert.Equal("not_json", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Delete("x", default)).Code);
        Assert.Equal("not_json", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"detail":"Not Found"}""")]
    public async Task A_404_of_the_resource_itself_is_absence(string body)
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsync(body);
        });
        await using var client = new LegacyClient(home.Url);
        Assert.Same(LegacyRead.Absent, await client.Sessions.Get("x", default));
    }

    [Fact]
    public async Task A_wrapped_session_is_the_session()
    {
        await using var home = await ScriptedHome.Json(_ => """{"success":true,"session":{"id":"x","status":"BUSY"}}""");
        await using var client = new LegacyClient(home.Url);
        var read = await client.Sessions.Get("x", default);
        Assert.Equal("busy", read.Field("status"));
        Assert.Equal("""{"id":"x","status":"BUSY"}""", Encoding.UTF8.GetString(read.Raw!));
        Assert.Equal(read.Hash, Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Hash);
    }

    [Theory]
    [InlineData("""{"id":"somebody else","status":"idle"}""")]
    [InlineData("""{"error":"no such thing"}""")]
    [InlineData("""["x"]""")]
    [InlineData("""{"id":"x","note":"a\u0000b"}""")]
    public async Task Another_thing_is_not_the_session(string answer)
    {
        await using var home = await ScriptedHome.Json(request => request.Path == "/api/sessions" ? """[{"id":"x"}]""" : answer);
        await using var client = new LegacyClient(home.Url);
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            http.Response.Redirect("/login");
            return Task.CompletedTask;
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
        Assert.Contains("/login", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(home.Requests, request => request.Contains("login", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Half_an_answer_is_none()
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.ContentLength = 100;
            await http.Response.WriteAsync("""{"id":"x",""");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
        Assert.Equal("connection_lost", Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Code);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation()
    {
        await _home.SetFaultsAsync(new { Hang = true });
        using var gone = new CancellationTokenSource();
        var read = _client.Sessions.Get("session-000001", gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task An_id_stays_one_segment_under_the_path_of_the_base_url()
    {
        await using var home = await ScriptedHome.Json(_ => null);
        await using var client = new LegacyClient(new(home.Url, "/gaia/"));
        foreach (var id in new[] { "..", ".", "a/b", "a%2Fb", "ü ☃" }) await client.Sessions.Get(id, default);
        Assert.Equal(
            ["GET /gaia/api/sessions/%2E%2E", "GET /gaia/api/sessions/%2E", "GET /gaia/api/sessions/a%2Fb", "GET /gaia/api/sessions/a%252Fb", "GET /gaia/api/sessions/%C3%BC%20%E2%98%83"],
            home.Requests);
    }

    [Fact]
    public async Task Ping_asks_even_while_the_circuit_is_open()
    {
        await using var client = new LegacyClient(_home.Url, ("Breaker:MinimumThroughput", 2), ("Breaker:Break", "00:01:00"));
        await _home.SetFaultsAsync(new { ErrorRate = 1 });
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
        Assert.True(await client.Sessions.Ping(default));
        await _home.SetFaultsAsync(new { ErrorRate = 1, Health = true });
        Assert.False(await client.Sessions.Ping(default));
    }
}
