using GaiaOrleans.Grains.Legacy;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>Where ids are kept is learnt from a list, and from nothing else that a list's address may answer.</summary>
public sealed class LearningTests
{
    [Theory]
    [InlineData(401, "", "unauthorized")]
    [InlineData(403, """{"error":"token expired"}""", "unauthorized")]
    [InlineData(429, "", "overloaded")]
    [InlineData(302, "", "unavailable")]
    [InlineData(500, "", "server_error")]
    [InlineData(200, "<!doctype html><p>Please log in.", "not_json")]
    [InlineData(404, "<!doctype html><p>nginx", "not_json")]
    public async Task Trouble_teaches_nothing_and_keeps_a_new_session_back(int status, string body, string code)
    {
        var well = false;
        await using var home = await ScriptedHome.Start(async http =>
        {
            if (!well)
            {
                http.Response.StatusCode = status;
                await http.Response.WriteAsync(body);
                return;
            }

            var list = http.Request is { Method: "GET", Path.Value: "/api/sessions" };
            await http.Response.WriteAsync(list ? """[{"session_id":"a"}]""" : """{"session_id":"x"}""");
        });
        await using var client = new LegacyClient(home.Url);
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default)).Code);
        Assert.DoesNotContain(home.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));

        well = true;
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default));
        Assert.Contains("\"session_id\":\"x\"", home.Bodies.Last(sent => sent.Length > 0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(405, "")]
    [InlineData(422, """{"detail":"unknown parameter 'page'"}""")]
    [InlineData(200, """{"data":[]}""")]
    public async Task A_legacy_whose_list_will_never_tell_is_asked_once(int status, string body)
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            var list = http.Request is { Method: "GET", Path.Value: "/api/sessions" };
            http.Response.StatusCode = list ? status : 200;
            await http.Response.WriteAsync(list ? body : """{"id":"x"}""");
        });
        await using var client = new LegacyClient(home.Url);
        for (var i = 0; i < 2; i++) Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default));
        Assert.Single(home.Requests, request => request.StartsWith("GET /api/sessions?", StringComparison.Ordinal));
    }
}
