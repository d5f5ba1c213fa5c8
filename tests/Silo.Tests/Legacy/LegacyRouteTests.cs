using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>A proxy without a route says 404 of every session, as GAIA_HOME does of one that it has not: nobody is deleted by that.</summary>
public sealed class LegacyRouteTests : IAsyncLifetime
{
    private const string NoRoute = """{"message":"no Route matched with those values"}""";
    private readonly ConcurrentDictionary<string, string> _sessions = new() { ["a"] = """{"id":"a"}""", ["b"] = """{"id":"b"}""" };
    private ScriptedHome _home = null!;
    private LegacyClient _client = null!;

    /// <summary>What answers in GAIA_HOME's place, by method and id; "" is the list.</summary>
    private Func<string, string, (int Status, string Body)?> _instead = (_, _) => null;

    public async Task InitializeAsync()
    {
        _home = await ScriptedHome.Start(http =>
        {
            var id = http.Request.Path.Value!["/api/sessions".Length..].Trim('/');
            var (status, body) = _instead(http.Request.Method, id) ?? (id == "" ? (200, $"[{string.Join(',', _sessions.OrderBy(s => s.Key).Select(s => s.Value))}]")
                : _sessions.GetValueOrDefault(id) is { } session ? (200, session) : (404, ""));
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        });
        _client = LegacyClient.Of(_home.Url, ("IdField", "id"));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Theory]
    [InlineData(404, "", "unavailable")]
    [InlineData(404, NoRoute, "unavailable")]
    [InlineData(404, "404 page not found", "not_json")]
    [InlineData(200, "<p>Please log in.", "not_json")]
    [InlineData(401, "", "unauthorized")]
    [InlineData(429, "", "overloaded")]
    [InlineData(500, "", "server_error")]
    public async Task Where_GAIA_HOME_does_not_show_itself_nothing_that_it_had_is_gone(int others, string body, string code)
    {
        await Read("a");
        _instead = (_, id) => id is "a" or "x" ? (404, "") : (others, body);
        foreach (var id in (string[])["a", "x"])
        {
            Assert.Contains($"[{code}]", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => Read(id))).Message, StringComparison.Ordinal);
            foreach (var answer in new[] { await _client.Sessions.Delete(id, default), await Put(id) }) Assert.Equal(code, Assert.IsType<LegacyAnswer.Failed>(answer).Code);
        }

        _instead = (_, _) => null;
        await AssertGone("x");
    }

    [Fact]
    public async Task Nothing_that_it_had_is_gone_while_its_list_does_not_answer()
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.StatusCode = 404;
            if (http.Request.Path == "/api/sessions") await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted);
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"), ("Timeout", "00:00:00.500"));
        Assert.Contains("[timeout]", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", exists: true, default))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(405, "")]
    [InlineData(422, """{"detail":"unknown parameter 'page'"}""")]
    [InlineData(200, """{"data":[]}""")]
    [InlineData(200, "[]")]
    [InlineData(200, """["a"]""")]
    [InlineData(200, """[{"id":"x"}]""")]
    public async Task A_list_without_others_or_refused_in_GAIA_HOMEs_own_words_is_enough(int status, string body)
    {
        _instead = (_, id) => id == "" ? (status, body) : (404, "");
        await AssertGone("x");
    }

    [Theory]
    [InlineData("""[{"id":"gone meanwhile"},{"id":"a"}]""", "a")]
    [InlineData("""{"sessions":{"7":{"id":"7"}}}""", "7")]
    public async Task Those_that_are_listed_are_looked_for(string list, string there)
    {
        var lost = false;
        _instead = (_, id) => id == "" ? (200, list) : id == there && !lost ? (200, $$"""{"id":"{{there}}"}""") : (404, "");
        await AssertGone("x");
        lost = true;
        Assert.Contains("lists", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => Read("x"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Two proxies that are asked by turns, of which one has lost its route.</summary>
    [Fact]
    public async Task What_one_proxy_of_two_says_is_not_enough()
    {
        await Read("a");
        var asked = 0;
        _instead = (_, id) => id == "" || Interlocked.Increment(ref asked) % 2 == 1 ? (404, NoRoute) : null;
        Assert.NotNull((await Read("b")).Document);
    }

    [Fact]
    public async Task Another_session_is_enough_and_no_list_is_asked_for()
    {
        await Read("a");
        await AssertGone("x");
        Assert.DoesNotContain(_home.Requests, r => r.Contains('?', StringComparison.Ordinal));
        _instead = (_, id) => id == "a" ? (500, "") : null;
        await AssertGone("x");
        Assert.Single(_home.Requests, r => r.Contains('?', StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_there_after_all_is_not_gone()
    {
        await Read("a");
        var asked = 0;
        _instead = (method, id) => id == "b" && (method != "GET" || Interlocked.Increment(ref asked) == 1) ? (404, NoRoute) : null;
        Assert.NotNull((await Read("b")).Document);
        // Routes may be lost by method.
        foreach (var answer in new[] { await _client.Sessions.Delete("b", default), await Put("b") }) Assert.Equal(LegacyTrouble.Rejected, Assert.IsType<LegacyAnswer.Failed>(answer).Code);
    }

    [Fact]
    public async Task For_many_that_nobody_knows_it_is_asked_once()
    {
        var time = new FakeTimeProvider();
        await using var client = new LegacyClient(_home.Url, time, ("IdField", "id"));
        await client.Sessions.Get("a", default);
        time.Advance(TimeSpan.FromSeconds(2));
        _sessions.Clear();
        for (var i = 0; i < 5; i++) Assert.Same(LegacyRead.Absent, await client.Sessions.Get($"x{i}", default));
        Assert.Single(_home.Requests, r => r.Contains('?', StringComparison.Ordinal));
        Assert.Equal(2, _home.Requests.Count(r => r == "GET /api/sessions/a"));
    }

    [Fact]
    public async Task A_silo_that_only_creates_knows_what_to_look_for()
    {
        _instead = (method, id) => method == "POST" ? (201, """{"id":"a"}""") : id == "" ? (500, "") : null;
        Assert.IsType<LegacyAnswer.Applied>(await _client.Sessions.Put("a", Some.Document("a"), exists: false, default));
        Assert.Same(LegacyRead.Absent, await Read("x"));
    }

    [Fact]
    public async Task Of_a_session_that_nobody_knows_nothing_more_is_asked_while_others_are_found_or_none_ever_was()
    {
        var time = new FakeTimeProvider();
        await using var client = new LegacyClient(_home.Url, time, ("IdField", "id"));
        Assert.Same(LegacyRead.Absent, await client.Sessions.Get("x", default));
        await client.Sessions.Get("a", default);
        Assert.Same(LegacyRead.Absent, await client.Sessions.Get("x", default));
        Assert.Equal(["GET /api/sessions/x", "GET /api/sessions/a", "GET /api/sessions/x"], _home.Requests);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(LegacyRead.Absent, await client.Sessions.Get("x", default));
        time.Advance(TimeSpan.FromSeconds(2));
        _instead = (_, _) => (404, NoRoute);
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
    }

    private async Task AssertGone(string id)
    {
        Assert.Same(LegacyRead.Absent, await Read(id));
        Assert.IsType<LegacyAnswer.Applied>(await _client.Sessions.Delete(id, default));
        Assert.IsType<LegacyAnswer.Gone>(await Put(id));
    }

    private Task<LegacyRead> Read(string id) => _client.Sessions.Get(id, exists: true, default);

    private Task<LegacyAnswer> Put(string id) => _client.Sessions.Put(id, Some.Document(id), exists: true, default);
}
