using System.Net;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>While legacy serves lists, each session is on one page of a listing, in its present state.</summary>
public sealed class ListPagesTests
{
    private static readonly ListedSession[] Pending =
    [
        new("b", """{"id":"b","status":"busy"}"""u8.ToArray()),
        new("d", """{"id":"d","status":"idle"}"""u8.ToArray()),
        new("e", null),
        new("z", """{"id":"z","status":"idle"}"""u8.ToArray(), LegacyLacks: true),
    ];

    private static readonly Dictionary<string, string> Legacy = new()
    {
        ["a"] = """{"id":"a","status":"SessionStatus.IDLE"}""",
        ["b"] = """{"id":"b","status":"SessionStatus.IDLE"}""",
        ["c"] = """{"id":"c","status":"SessionStatus.BUSY"}""",
        ["d"] = """{"id":"d","status":"SessionStatus.BUSY"}""",
        ["e"] = """{"id":"e","status":"SessionStatus.BUSY"}""",
        ["f"] = """{"id":"f","status":"SessionStatus.IDLE"}""",
    };

    /// <summary>Nobody can store it here, so legacy keeps serving lists: one such session must not end them for everybody.</summary>
    [Fact]
    public async Task What_legacy_shows_is_passed_on_as_it_is_spelled()
    {
        await using var host = await GatewayHost.Ready(new() { OnList = _ => Task.FromResult(new SessionPage(false, Pending[..1], null)) });
        host.Home.Answer = context => HomeDouble.Json(context, """[{"id":"a","note":"\ud800","n":1.0,"t":"\u00e4"},{"id":"b","status":"idle"}]""");
        var list = await host.Read("/api/sessions");
        Assert.Equal((HttpStatusCode.OK, """[{"id":"a","note":"\ud800","n":1.0,"t":"\u00e4"},{"id":"b","status":"busy"}]"""), (list.Status, list.Body));
    }

    [Fact]
    public async Task A_session_that_is_nested_deeply_does_not_end_the_list()
    {
        await using var host = await GatewayHost.Ready(new() { OnList = _ => Task.FromResult(new SessionPage(false, Pending[..1], null)) });
        var deep = $$"""{"id":"a","own":{{new string('[', 70)}}{{new string(']', 70)}}}""";
        host.Home.Answer = context => HomeDouble.Json(context, $$"""{"sessions":[{{deep}},{"id":"b","status":"idle"}]}""");
        var list = await host.Read("/api/sessions");
        Assert.Equal((HttpStatusCode.OK, $$"""{"sessions":[{{deep}},{"id":"b","status":"busy"}]}"""), (list.Status, list.Body));
    }

    private static async Task<GatewayHost> Host()
    {
        var host = await GatewayHost.Ready(new() { OnList = _ => Task.FromResult(new SessionPage(false, Pending, null)) });
        host.Home.Answer = Answer;
        return host;
    }

    /// <summary>Two to a page, and the next page by its last id.</summary>
    private static Task Answer(HttpContext context)
    {
        if (context.Request.Path.Value!.Split('/') is [.., "sessions", var id])
        {
            if (Legacy.TryGetValue(id, out var one)) return HomeDouble.Json(context, one);
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        var query = context.Request.Query;
        var left = Legacy.Where(s => string.CompareOrdinal(s.Key, query["cursor"]) > 0 && (query["status"].Count == 0 || s.Value.Contains(query["status"].ToString(), StringComparison.OrdinalIgnoreCase))).ToList();
        var size = int.Parse(query["limit"].Count > 0 ? query["limit"].ToString() : "2", null);
        if (left.Count > size) context.Response.Headers["X-Next-Cursor"] = left[size - 1].Key;
        return HomeDouble.Json(context, $"[{string.Join(',', left.Take(size).Select(s => s.Value))}]");
    }

    private static async Task<string> Listed(GatewayHost host, string query)
    {
        var pages = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await host.Read($"/api/sessions?{query}{cursor}");
            pages.Add(string.Concat(page.Json.AsArray().Select(s => (string)s!["id"]!)));
            cursor = page.Headers.TryGetValue("X-Next-Cursor", out var next) ? $"&cursor={next}" : null;
        }

        return string.Join(' ', pages);
    }

    [Theory]
    [InlineData("limit=2", "ab cd fz")]
    [InlineData("limit=3", "abc dfz")]
    [InlineData("limit=5", "abcd fz")]
    [InlineData("limit=9", "abcdfz")]
    [InlineData("limit=2&status=idle", "a fdz")]
    [InlineData("limit=1&status=idle", "a  fdz")]
    [InlineData("limit=9&status=idle", "afdz")]
    [InlineData("limit=2&status=busy", "c b")]
    [InlineData("limit=9&status=busy", "cb")]
    [InlineData("limit=1&status=busy", "c  b")]
    public async Task Every_session_is_shown_once(string query, string pages)
    {
        await using var host = await Host();
        Assert.Equal(pages, await Listed(host, query));
    }

    [Fact]
    public async Task What_legacy_does_not_say_leaves_the_list_unanswered()
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/d", StringComparison.Ordinal)) return Answer(context);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        Assert.Equal(503, (int)(await host.Read("/api/sessions?limit=2&status=idle&cursor=e")).Status);
        Assert.Equal(200, (int)(await host.Read("/api/sessions?limit=2&cursor=e")).Status);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("per_page=x", "per_page")]
    [InlineData("page=0", "page")]
    public async Task A_number_out_of_range_is_named(string query, string field)
    {
        await using var host = await Host();
        var answer = await host.Read("/api/sessions?" + query);
        Assert.Equal((400, true), ((int)answer.Status, answer.Json["errors"]!.AsObject().ContainsKey(field)));
    }

    /// <summary>Clients of GAIA_HOME encode the cursor for their next question, once.</summary>
    [Theory]
    [InlineData("user:42", "user:42")]
    [InlineData("a/b c%2F", "a/b c%2F")]
    [InlineData("ä", "utf-8''%C3%A4")]
    [InlineData("a ", "utf-8''a%20")]
    [InlineData("utf-8''x", "utf-8''utf-8%27%27x")]
    public async Task A_cursor_is_in_the_header_as_it_is_and_leads_on_however_it_is_spelled(string id, string header)
    {
        await using var host = await GatewayHost.Ready();
        SessionQuery? asked = null;
        host.Cluster.OnList = query =>
        {
            asked = query;
            return Task.FromResult(new SessionPage(true, [], id));
        };
        var page = await host.Read("/api/sessions?limit=1");
        Assert.Equal(header, page.Headers["X-Next-Cursor"]);
        await host.Read("/api/sessions?limit=1&cursor=" + Uri.EscapeDataString(header));
        Assert.Equal(id, asked!.Cursor);
        var link = page.Headers["Link"];
        await host.Read(link[1..link.IndexOf('>', StringComparison.Ordinal)]);
        Assert.Equal(id, asked.Cursor);
    }

    [Fact]
    public async Task The_cluster_is_asked_in_its_own_spelling()
    {
        await using var host = await GatewayHost.Ready();
        SessionQuery? asked = null;
        host.Cluster.OnList = query =>
        {
            asked = query;
            return Task.FromResult(new SessionPage(true, [], null));
        };
        await host.Read("/api/sessions?status=SessionStatus.IDLE&tier=MANAGER&page=3&per_page=20");
        Assert.Equal(new SessionQuery(null, 20, "idle", "manager", 40, host.Cluster.Rollout.Epoch), asked);
        await host.Read("/api/sessions?page=3&limit=20&cursor=" + Uri.EscapeDataString("a/ä"));
        Assert.Equal(new SessionQuery("a/ä", 20, Epoch: host.Cluster.Rollout.Epoch), asked);
    }
}
