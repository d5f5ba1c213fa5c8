using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;
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

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task An_answer_that_cannot_be_unpacked_is_no_answer(string packed)
    {
        await using var home = await ScriptedHome.Json(_ => "this is not packed at all, whatever the header says", response => response.Headers.ContentEncoding = packed);
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Contains("unpacked", Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("x", default));
    }

    /// <summary>What GAIA_HOME itself has answered is over there; what a proxy gave up may still come.</summary>
    [Theory]
    [InlineData(500, "", LegacyTrouble.ServerError)]
    [InlineData(503, """{"error":"maintenance"}""", LegacyTrouble.ServerError)]
    [InlineData(503, "", LegacyTrouble.TimedOut)]
    [InlineData(503, "upstream connect error or disconnect/reset before headers", LegacyTrouble.TimedOut)]
    [InlineData(502, """{"message":"An invalid response was received from the upstream server"}""", LegacyTrouble.TimedOut)]
    [InlineData(504, "", LegacyTrouble.TimedOut)]
    [InlineData(524, "error code: 524", LegacyTrouble.TimedOut)]
    public async Task Of_a_refusal_that_says_nothing_the_outcome_is_not_known(int status, string body, string code)
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Code);
    }

    [Theory]
    [InlineData(409, 409)]
    [InlineData(404, null)]
    [InlineData(429, null)]
    [InlineData(307, null)]
    public async Task Of_what_may_pass_only_a_409_ever_becomes_a_refusal(int status, int? refused)
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("{}");
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Equal(refused, Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default)).IfItLasts?.Status);
    }

    [Fact]
    public async Task A_200_that_says_it_failed_is_no_success()
    {
        await using var home = await ScriptedHome.Json(_ => """{"success":false,"error":"database is locked"}""");
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Contains("locked", Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default)).Reason, StringComparison.Ordinal);
        Assert.IsType<LegacyAnswer.Unknown>(await client.Sessions.Delete("x", default));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(409)]
    public async Task Contradictory_answers_end_after_two_requests(int toPost)
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            var list = http.Request is { Method: "GET", Path.Value: "/api/sessions" };
            http.Response.StatusCode = list ? 200 : http.Request.Method == "POST" ? toPost : 404;
            return http.Response.WriteAsync(list ? "[]" : "");
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.IsType<LegacyAnswer.Gone>(await client.Sessions.Put("x", Some.Document("x"), exists: true, default));
        Assert.Equal("rejected", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default)).Code);
        Assert.Equal(["PUT /api/sessions/x", "POST /api/sessions", "PUT /api/sessions/x"], home.Requests.Where(r => !r.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(404, """{"detail":"Not Found"}""")]
    [InlineData(405, """{"detail":"Method Not Allowed"}""")]
    [InlineData(405, "<!doctype html><title>405 Method Not Allowed</title>")]
    public async Task Where_POST_does_not_exist_PUT_creates(int status, string body)
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            var post = http.Request.Method == "POST";
            http.Response.StatusCode = post ? status : 201;
            await http.Response.WriteAsync(post ? body : """{"id":"x","status":"idle"}""");
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default));
        Assert.Equal(["POST /api/sessions", "PUT /api/sessions/x"], home.Requests);
    }

    [Fact]
    public async Task A_page_that_answers_404_to_POST_leads_to_no_PUT()
    {
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsync("<!doctype html><title>nginx</title>");
        });
        await using var client = new LegacyClient(home.Url, ("IdField", "id"));
        Assert.Equal("not_json", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put("x", Some.Document("x"), exists: false, default)).Code);
        Assert.Equal(["POST /api/sessions"], home.Requests);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("session_id")]
    public async Task A_legacy_that_creates_by_PUT_alone_gets_every_session_once(string member)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "1", "--id-field", member, "--post-creates", "false", "--put-creates", "true"]);
        await using var client = new LegacyClient(home.Url);
        var id = Some.Id();
        var applied = Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put(id, Some.Document(id), exists: false, default));
        Assert.Equal(applied.Hash, (await client.Sessions.Get(id, default)).Hash);
        Assert.Equal("PUT 1", await home.Applied(id));
        Assert.Equal(2, (await client.Sessions.WholeList()).Count);
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
