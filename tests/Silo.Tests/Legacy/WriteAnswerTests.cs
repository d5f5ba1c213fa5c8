using GaiaOrleans.Grains.Legacy;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>What legacies answer to a write that they took, and what they are sent.</summary>
public sealed class WriteAnswerTests
{
    [Theory]
    [InlineData(204, "")]
    [InlineData(200, "")]
    [InlineData(200, """{"success":true}""")]
    [InlineData(200, "true")]
    public async Task An_acknowledgement_that_shows_nothing_is_looked_up(int status, string body)
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            var read = http.Request.Method == "GET";
            http.Response.StatusCode = read ? 200 : status;
            if (read) await http.Response.WriteAsync("""{"id":"x","status":"idle","etag":"made by legacy"}""");
            else if (body.Length > 0) await http.Response.WriteAsync(body);
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        var found = await client.Sessions.Get("x", default);
        Assert.Equal(found.Hash, Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Hash);
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Delete("x", default));
    }

    [Fact]
    public async Task When_it_cannot_be_looked_up_the_sent_document_counts()
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            http.Response.StatusCode = http.Request.Method == "GET" ? 500 : 204;
            return Task.CompletedTask;
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        var document = Some.Document("x");
        var applied = Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put("x", document, exists: true, default));
        Assert.Equal(client.Sessions.Understand("x", document.Utf8).Hash, applied.Hash);
        Assert.Single(home.Requests, r => r.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_200_that_says_it_failed_is_no_success()
    {
        await using var home = await ScriptedHome.Json(_ => """{"success":false,"error":"database is locked"}""");
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Contains("locked", Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Reason, StringComparison.Ordinal);
        Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Delete("x", default));
    }

    [Fact]
    public async Task Contradictory_answers_end_after_two_requests()
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            http.Response.StatusCode = http.Request.Method == "POST" ? 409 : 404;
            return Task.CompletedTask;
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Equal("rejected", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Code);
        Assert.Equal("rejected", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default)).Code);
        Assert.Equal(["PUT /api/sessions/x", "POST /api/sessions", "POST /api/sessions", "PUT /api/sessions/x"], home.Requests);
    }

    [Fact]
    public async Task The_document_is_sent_as_it_is()
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            Assert.Equal("application/json", http.Request.ContentType);
            await http.Response.WriteAsync("""{"id":"x"}""");
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        var document = Some.Document("x", more: ",\"more\":[1,\"ü\"]");
        await client.Sessions.Put("x", document, exists: true, default);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(document.Utf8), Assert.Single(home.Bodies));
    }
}
