namespace GaiaOrleans.Client.Tests.Conflicts;

public class ConflictTests
{
    private const string Resolved = """
        {"id":7,"session_id":"s","field":"status","python_value":"active","go_value":"idle","detected_at":"2026-11-23T00:00:00Z","resolved":true,
         "strategy":"python_leads","resolved_by":"ada","resolved_at":"2026-11-23T01:00:00Z","reason":"the phone was right"}
        """;

    [Theory]
    [InlineData("7 --strategy go_leads --reason why", "/7/resolve", """{"strategy":"go_leads","reason":"why"}""")]
    [InlineData("7 --value {\"a\":[1,null]} --reason why", "/7/resolve", """{"value":{"a":[1,null]},"reason":"why"}""")]
    [InlineData("7 --value null --reason why", "/7/resolve", """{"value":null,"reason":"why"}""")]
    [InlineData("--all --strategy latest --reason why --yes", "/resolve", """{"strategy":"latest","reason":"why"}""")]
    [InlineData("--all --strategy python_leads --limit 5 --reason why -y", "/resolve", """{"strategy":"python_leads","reason":"why","limit":5}""")]
    public async Task A_decision_is_one_call(string line, string path, string body)
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"POST /api/migration/conflicts{path}", Reply.Ok("[]"));
        var ran = await server.Run(["conflicts", "resolve", .. line.Split(' ')]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(body, server.Requests.Single().Body);
    }

    [Theory]
    [InlineData("--strategy go_leads --reason x", "Which conflict?")]
    [InlineData("7 --all --strategy go_leads --reason x", "exclude each other")]
    [InlineData("7 --reason x", "either --strategy or --value")]
    [InlineData("7 --strategy go_leads --value 1 --reason x", "either --strategy or --value")]
    [InlineData("7 --strategy go_leads --limit 5 --reason x", "--limit goes with --all")]
    [InlineData("7 --value idle --reason x", "a text needs its quotes")]
    [InlineData("7 --strategy go_leads", "needs --reason")]
    [InlineData("--all --reason x --yes", "--all needs --strategy")]
    [InlineData("--all --value 1 --reason x --yes", "--value is for one conflict")]
    [InlineData("--all --strategy go_leads --reason x", "GAIA_HOME's values are overwritten, and what a new incarnation has set aside is left to be decided by itself. Give --yes")]
    public async Task What_cannot_be_decided_as_given_is_not_sent(string line, string why)
    {
        await using var server = await FakeControlPlane.Start();
        var ran = await server.Run(["conflicts", "resolve", .. line.Split(' ')]);
        Assert.Equal(2, ran.Code);
        Assert.Contains(why, ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Deciding_all_is_asked_for_and_may_be_thought_better_of()
    {
        await using var server = await FakeControlPlane.Start();
        var ran = await Ran.Of(["conflicts", "resolve", "--all", "--strategy", "python_leads", "--reason", "x"], server.Url, typed: "n\n");
        Assert.Equal(1, ran.Code);
        Assert.Contains("Up to 100 open conflicts are decided by python_leads: the target's values are overwritten, and what a new incarnation has set aside is given up. Go on? [y/N]", ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Show_has_both_values_and_who_decided_when_and_why()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/conflicts/7", Reply.Ok(Resolved));
        var ran = await server.Run("conflicts", "show", "7");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(
            """
            conflict  7
            session   s
            field     status
            detected  2026-11-23T00:00:00Z
            decided   python_leads by ada
            at        2026-11-23T01:00:00Z
            reason    the phone was right

            PYTHON  GO
            active  idle

            """,
            ran.Out);
    }

    [Theory]
    [InlineData("null", """{"id":"s","status":"idle"}""", @"GAIA_HOME +has no such session(.|\n)+status +- +idle")]
    [InlineData("""{"id":"s","status":"busy"}""", "null", @"target +has no such session(.|\n)+status +busy +-")]
    [InlineData("""{"rejected":422,"answer":"no tier"}""", """{"id":"s","status":"idle"}""", @"GAIA_HOME +refuses it: 422 no tier(.|\n)+status +- +idle")]
    public async Task A_conflict_about_the_whole_session_says_what_is_wrong(string python, string go, string shown)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/conflicts/8", Reply.Ok($$"""{"id":8,"session_id":"s","field":"$","python_value":{{python}},"go_value":{{go}},"resolved":false}"""));
        var ran = await server.Run("conflicts", "show", "8");
        Assert.Matches("decided +not yet", ran.Out);
        Assert.Contains("whole session", ran.Out, StringComparison.Ordinal);
        Assert.Matches(shown, ran.Out);
    }

    [Fact]
    public async Task The_list_shortens_what_show_has_in_full()
    {
        await using var server = await FakeControlPlane.Start();
        var document = $$"""{"id":"s","user_id":"{{new string('x', 40)}}"}""";
        server.On("GET /api/migration/conflicts", Reply.Ok($$"""[{"id":8,"session_id":"s","field":"$","python_value":null,"go_value":{{document}},"resolved":false}]"""));
        Assert.Matches(@"8 +s +whole session +- +\{""id"":""s"",""user_id"":""x{19}\.\.\. ", (await server.Run("conflicts", "list")).Out);
    }

    [Theory]
    [InlineData(1, 1, "table", "gaia: 1 are shown, there may be more\n")]
    [InlineData(2, 2, "json", "gaia: 2 are shown, there may be more\n")]
    [InlineData(2, 1, "json", "")]
    [InlineData(null, 100, "yaml", "gaia: 100 are shown, there may be more\n")]
    [InlineData(null, 99, "yaml", "")]
    public async Task A_list_as_long_as_its_limit_says_that_there_may_be_more(int? limit, int conflicts, string format, string said)
    {
        await using var server = await FakeControlPlane.Start();
        string[] limited = limit is null ? [] : ["--limit", $"{limit}"];
        var query = limit is null ? "" : $"?limit={limit}";
        server.On($"GET /api/migration/conflicts{query}", Reply.Ok($"[{string.Join(',', Enumerable.Repeat(Resolved, conflicts))}]"));
        var ran = await server.Run(["conflicts", "list", "-o", format, .. limited]);
        Assert.Equal((0, said), (ran.Code, ran.Error));
    }

    [Fact]
    public async Task Objects_are_shown_member_by_member()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/conflicts/9", Reply.Ok("""{"id":9,"session_id":"s","field":"metadata","python_value":{"a":1,"b":2},"go_value":{"a":1,"c":3},"resolved":false}"""));
        Assert.Matches(@"FIELD +PYTHON +GO\na +1 +1\nb +2 +-\nc +- +3\n", (await server.Run("conflicts", "show", "9")).Out);
    }

    [Fact]
    public async Task A_decision_shows_the_conflict_as_it_is_now()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/conflicts/7/resolve", Reply.Ok(Resolved));
        Assert.Contains("decided   python_leads by ada", (await server.Run("conflicts", "resolve", "7", "--strategy", "python_leads", "--reason", "x")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deciding_all_says_how_many_and_where_to_look_for_the_rest()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/conflicts/resolve", Reply.Ok($"[{Resolved}]"));
        var ran = await server.Run("conflicts", "resolve", "--all", "--strategy", "python_leads", "--reason", "x", "--yes");
        Assert.Contains("1 decided; what is still open: gaia conflicts list --resolved false", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deciding_all_names_what_could_not_be_decided_and_ends_with_1()
    {
        await using var server = await FakeControlPlane.Start();
        const string open = """{"id":9,"session_id":"t","field":"$","python_value":null,"go_value":null,"resolved":false,"problem":{"code":"legacy_unavailable","detail":"GAIA_HOME did not answer"}}""";
        server.On("POST /api/migration/conflicts/resolve", Reply.Ok($"[{Resolved},{open}]"));
        var ran = await server.Run("conflicts", "resolve", "--all", "--strategy", "python_leads", "--reason", "x", "--yes");
        Assert.Equal(1, ran.Code);
        Assert.Contains("9 of t was not decided: GAIA_HOME did not answer", ran.Out, StringComparison.Ordinal);
        Assert.Contains("1 decided;", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "unknown_conflict", "gaia conflicts list")]
    [InlineData(409, "already_resolved", "gaia conflicts show ID")]
    public async Task A_refusal_is_1_and_says_where_to_look(int status, string code, string advice)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/conflicts/7/resolve", Reply.Problem(status, $$"""{"title":"No","detail":"Not that one.","code":"{{code}}"}"""));
        var ran = await server.Run("conflicts", "resolve", "7", "--strategy", "latest", "--reason", "x");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains($"({code})", ran.Error, StringComparison.Ordinal);
        Assert.Contains(advice, ran.Error, StringComparison.Ordinal);
    }
}
