using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>What GAIA_HOME's own answers mean to who called. A change that it may have taken is never said to have had no effect.</summary>
public sealed class ReplyTests
{
    [Theory]
    [InlineData("PUT", 200, """{"id":"s"}""")]
    [InlineData("POST", 201, """{"id":"s","success":true}""")]
    [InlineData("PATCH", 200, "")]
    [InlineData("DELETE", 204, "")]
    [InlineData("DELETE", 200, "\"gone\"")]
    [InlineData("GET", 200, "no JSON: its reader says so")]
    public void What_it_has_done_is_no_refusal(string method, int status, string body) => Assert.Null(Refusal(method, status, body));

    [Theory]
    [InlineData("PUT", 200, "OK")]
    [InlineData("POST", 201, """{"success":false}""")]
    [InlineData("PATCH", 200, "[]")]
    [InlineData("DELETE", 200, "<html>")]
    [InlineData("POST", 500, "")]
    [InlineData("PUT", 502, "<html>")]
    [InlineData("DELETE", 503, """{"error":"busy"}""")]
    public void What_it_may_have_done_may_have_taken_effect(string method, int status, string body) =>
        Assert.Equal(("legacy_answer", true), Refusal(method, status, body) is { } refusal ? (refusal.Code, refusal.MayHaveTakenEffect) : default);

    [Theory]
    [InlineData("PUT", 400, "no", "legacy_answer")]
    [InlineData("POST", 409, "", "session_exists")]
    [InlineData("GET", 500, "", "legacy_answer")]
    [InlineData("GET", 404, "", "unknown_session")]
    [InlineData("PATCH", 404, """{"error":"no such session"}""", "unknown_session")]
    [InlineData("GET", 404, "<html>no route</html>", "legacy_answer")]
    [InlineData("DELETE", 404, "404 page not found", "legacy_answer")]
    public void What_it_refused_has_taken_none_and_a_page_is_no_answer_about_a_session(string method, int status, string body, string code) =>
        Assert.Equal((code, false), Refusal(method, status, body) is { } refusal ? (refusal.Code, refusal.MayHaveTakenEffect) : default);

    /// <summary>A service that calls sessions is somebody else's: its own answers and exceptions stay as they were.</summary>
    [Fact]
    public void How_the_service_itself_speaks_HTTP_stays_as_it_was()
    {
        using var host = Service.Build(("Gaia:Silos:0", "127.0.0.1:1"), ("Legacy:BaseUrl", "http://127.0.0.1:1"));
        Assert.Empty(host.Services.GetServices<IExceptionHandler>());
        Assert.Equal(JsonNamingPolicy.CamelCase, host.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions.PropertyNamingPolicy);
    }

    private static GaiaException? Refusal(string method, int status, string body) =>
        new Reply(status, new HeaderDictionary(), Encoding.UTF8.GetBytes(body), Forwarded: true, null).Refusal(new(method, method == "POST" ? null : "s", new JsonObject()));
}
