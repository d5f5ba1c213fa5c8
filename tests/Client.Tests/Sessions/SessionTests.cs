namespace GaiaOrleans.Client.Tests.Sessions;

public class SessionTests
{
    [Fact]
    public async Task An_id_is_one_path_segment_whatever_is_in_it()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/sessions/%40a%2Fb%20%3Fc%25", new Reply(200, """{"status":"active"}""", Headers: [("ETag", "\"7\""), ("X-Gaia-Served-By", "go")]));
        var ran = await server.Run("session", "get", "@a/b ?c%");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal("status  active\n\nversion    \"7\"\nserved by  go\nepoch      -\n", ran.Out);
    }

    [Fact]
    public async Task Put_sends_the_document_as_it_is()
    {
        const string Document = """{ "status":"idle", "x":1.0 }""";
        await using var server = await FakeControlPlane.Start();
        server.On("PUT /api/sessions/s", new Reply(201, "{}", Headers: [("X-Gaia-Dual-Write", "success")]));
        var ran = await Ran.Of(["session", "put", "s", "-", "--if-version", "7"], server.Url, typed: Document);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(Document, server.Requests.Single().Body);
        Assert.Equal("\"7\"", server.Requests.Single().Headers.IfMatch);
        Assert.Contains("created", ran.Out, StringComparison.Ordinal);
        Assert.Contains("dual-write  success", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{oops", "is not JSON")]
    [InlineData("[]", "no JSON object")]
    public async Task What_is_no_document_is_not_sent(string text, string why)
    {
        await using var server = await FakeControlPlane.Start();
        var ran = await Ran.Of(["session", "put", "s", "-"], server.Url, typed: text);
        Assert.Equal(2, ran.Code);
        Assert.Contains(why, ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("""{"status":"validated","session_id":"s","conflicts":[],"validated":true}""", 0)]
    [InlineData("""{"status":"conflicts","session_id":"s","conflicts":[{"field":"status","python_value":"active","go_value":"idle"}],"validated":false}""", 1)]
    public async Task A_test_that_finds_a_difference_is_1(string answer, int code)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/test", Reply.Ok(answer));
        var ran = await server.Run("session", "test", "s");
        Assert.Equal(code, ran.Code);
        Assert.Equal("""{"session_id":"s","validate":true}""", server.Requests.Single().Body);
        if (code == 1) Assert.Matches(@"FIELD +PYTHON VALUE +GO VALUE\nstatus +active +idle\n", ran.Out);
    }

    [Fact]
    public async Task Show_puts_both_sides_beside_each_other()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/sessions/s", Reply.Ok(
            """{"session_id":"s","version":3,"served":{"by":"go","why":"pinned"},"python_version":{"id":"s","status":"active"},"go_version":{"id":"s","status":"idle","tier":null},"conflicts":[{"field":"status"}]}"""));
        var ran = await server.Run("session", "show", "s");
        Assert.Equal(0, ran.Code);
        Assert.Contains("served.why  pinned", ran.Out, StringComparison.Ordinal);
        Assert.Matches(@"FIELD +PYTHON +GO\nid +s +s\nstatus +active +idle +differs\ntier +- +-\n", ran.Out);
    }

    [Fact]
    public async Task Migrate_says_what_became_of_it()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/session", Reply.Ok("""{"status":"already_migrated","session_id":"s","version":4,"conflicts":[]}"""));
        var ran = await server.Run("session", "migrate", "s");
        Assert.Equal("status      already_migrated\nsession_id  s\nversion     4\n", ran.Out);
    }

    [Theory]
    [InlineData("synced", """["status","$"]""", "status, whole session", 0)]
    [InlineData("pending", """["status"]""", "status", 0)]
    [InlineData("conflicts", """["status"]""", "status", 1)]
    [InlineData("synced", "[]", "nothing, both were the same", 0)]
    public async Task Sync_says_what_was_forced_and_whether_it_held(string status, string fields, string forced, int code)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/sync", Reply.Ok($$"""{"status":"{{status}}","session_id":"s","source":"python","version":4,"fields":{{fields}}}"""));
        var ran = await server.Run("session", "sync", "s", "--source", "python", "--reason", "why");
        Assert.Equal((code, ""), (ran.Code, ran.Error));
        Assert.Equal("""{"session_id":"s","source":"python","reason":"why"}""", server.Requests.Single().Body);
        Assert.Equal($"status      {status}\nsession_id  s\nsource      python\nversion     4\nforced      {forced}\n", ran.Out);
    }
}
