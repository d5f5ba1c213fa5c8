using System.Net;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Legacy;

/// <summary>A list that the gateway changes on its way is, but for the change, the one that legacy would have given.</summary>
public sealed class LegacyListTests
{
    private static Task<GatewayHost> Host() => GatewayHost.Ready(new() { OnList = _ => Task.FromResult(new SessionPage(false, [], null)) });

    [Fact]
    public async Task Legacy_learns_who_asks()
    {
        await using var host = await Host();
        (string Name, string Value)[] shown =
        [
            ("Authorization", "Bearer b"), ("X-API-Key", "k"), ("X-Session-ID", "s"), ("Cookie", "gaia_token=c; x=y"), ("Accept-Language", "de"), ("X-Custom", "own"),
        ];
        await host.Read("/api/sessions?status=a%2Fb&x=%7E", [.. shown, ("If-None-Match", "\"7\""), ("If-Modified-Since", "Sat, 31 Jan 2026 12:00:00 GMT"), ("Accept-Encoding", "gzip"), ("Range", "bytes=0-1"),
            ("TE", "trailers"), ("Connection", "X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "5"), ("Proxy-Authorization", "Basic x")]);
        var request = host.Home.Requests.Single();
        Assert.Equal("/api/sessions?status=a%2Fb&x=%7E", request.Target);
        foreach (var (name, value) in shown) Assert.Equal(value, request.Headers.GetValueOrDefault(name));
        foreach (var name in (string[])["If-None-Match", "If-Modified-Since", "Accept-Encoding", "Range", "TE", "X-Hop", "Keep-Alive", "Proxy-Authorization"]) Assert.False(request.Headers.ContainsKey(name), name);
        Assert.Equal(host.Home.Url, "http://" + request.Headers["Host"]);
    }

    [Fact]
    public async Task One_clients_cookies_are_not_the_next_ones()
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            context.Response.Headers.SetCookie = "gaia_token=secret; Path=/";
            return HomeDouble.Json(context, "[]");
        };
        Assert.Equal("gaia_token=secret; Path=/", (await host.Read("/api/sessions")).Headers.GetValueOrDefault("Set-Cookie"));
        await host.Read("/api/sessions");
        Assert.All(host.Home.Requests, r => Assert.False(r.Headers.ContainsKey("Cookie")));
    }

    /// <summary>Python's json writes a number and a text that look alike as members of one name.</summary>
    [Fact]
    public async Task Of_members_of_one_name_the_last_is_listed()
    {
        await using var host = await Host();
        host.Home.Answer = context => HomeDouble.Json(context, """[{"id":"a","metadata":{"1":"x","y":[{"z":1,"z":2}],"1":1.50}}]""");
        var answer = await host.Read("/api/sessions");
        Assert.Equal((HttpStatusCode.OK, """[{"id":"a","metadata":{"1":1.50,"y":[{"z":2}]}}]"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(308)]
    public async Task A_refusal_reaches_the_client_as_it_came(int status)
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"gaia\"";
            context.Response.Headers.RetryAfter = "17";
            context.Response.Headers.Location = "/api/sessions/";
            return HomeDouble.Json(context, """{"error":"no"}""");
        };
        var answer = await host.Read("/api/sessions?limit=5");
        Assert.Equal((status, """{"error":"no"}""", "application/json"), ((int)answer.Status, answer.Body, answer.Headers["Content-Type"]));
        Assert.Equal(("Bearer realm=\"gaia\"", "17", "/api/sessions/"), (answer.Headers["WWW-Authenticate"], answer.Headers["Retry-After"], answer.Headers["Location"]));
        Assert.Equal(("python", "1"), (answer.Headers["X-Gaia-Served-By"], answer.Headers["X-Gaia-Epoch"]));
    }

    [Theory]
    [InlineData(500, "down")]
    [InlineData(200, "no json")]
    [InlineData(200, "null")]
    public async Task No_usable_answer_is_503(int status, string body)
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };
        var answer = await host.Read("/api/sessions");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task What_the_headers_say_stays_but_for_what_the_change_makes_untrue()
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            context.Response.Headers["X-Next-Cursor"] = "c-2";
            context.Response.Headers.Link = "</api/sessions?cursor=c-2>; rel=\"next\"";
            context.Response.Headers["X-Total-Count"] = "9";
            context.Response.Headers.ETag = "\"of-legacy\"";
            context.Response.Headers.LastModified = "Sat, 31 Jan 2026 12:00:00 GMT";
            return HomeDouble.Json(context, """[ {"id":"a"} ]""");
        };
        var answer = await host.Read("/api/sessions");
        Assert.Equal("""[{"id":"a"}]""", answer.Body);
        Assert.Equal(("c-2", "9"), (answer.Headers["X-Next-Cursor"], answer.Headers["X-Total-Count"]));
        Assert.Equal("</api/sessions?cursor=c-2>; rel=\"next\"", answer.Headers["Link"]);
        Assert.False(answer.Headers.ContainsKey("ETag") || answer.Headers.ContainsKey("Last-Modified"));
    }
}
