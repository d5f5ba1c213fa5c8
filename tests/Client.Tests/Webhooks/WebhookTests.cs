namespace GaiaOrleans.Client.Tests.Webhooks;

public class WebhookTests
{
    private const string Path = "/api/migration/webhooks";
    private const string One = """{"id":"w-1","url":"https://receiver.example/","kinds":["split"],"created_at":"2026-01-31T12:00:00Z","created_by":"local","cursor":7,"failures":2,"trouble":"it answered 503","next_attempt_at":null,"disabled":null}""";

    [Fact]
    public async Task The_secret_comes_from_the_environment_and_is_not_shown()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"POST {Path}", new Reply(201, One));
        var ran = await Ran.Of(["webhooks", "add", "https://receiver.example/", "--kind", "split, pause"], server.Url, environment: [("GAIA_WEBHOOK_SECRET", "0123456789abcdef")]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal("""{"url":"https://receiver.example/","kinds":["split","pause"],"secret":"0123456789abcdef"}""", server.Requests.Single().Body);
        Assert.Contains("w-1", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", ran.Out, StringComparison.Ordinal);
    }

    /// <summary>No kinds at all would be all of them: a variable that is not set must not mean that.</summary>
    [Fact]
    public async Task An_empty_list_of_kinds_is_left_to_the_cluster_to_refuse()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"POST {Path}", Reply.Problem(400, """{"code":"invalid_field","detail":"kinds has a blank one"}"""));
        var ran = await Ran.Of(["webhooks", "add", "https://receiver.example/", "--kind", ""], server.Url, environment: [("GAIA_WEBHOOK_SECRET", "0123456789abcdef")]);
        Assert.NotEqual(0, ran.Code);
        Assert.Contains("""
            "kinds":[""]
            """.Trim(), server.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_sent()
    {
        await using var server = await FakeControlPlane.Start();
        var ran = await server.Run("webhooks", "add", "https://receiver.example/");
        Assert.Equal(2, ran.Code);
        Assert.Contains("GAIA_WEBHOOK_SECRET", ran.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_list_says_how_each_is_doing()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"GET {Path}", Reply.Ok($"[{One}]"));
        Assert.Contains("it answered 503", (await server.Run("webhooks", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_removed_by_its_id()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"DELETE {Path}/w-1", new Reply(204, ""));
        Assert.Equal("w-1 gets nothing more\n", (await server.Run("webhooks", "remove", "w-1")).Out);
    }

    [Fact]
    public async Task The_deliveries_show_every_attempt()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"GET {Path}/deliveries?limit=1", Reply.Ok("""[{"id":1,"at":"2026-01-31T12:00:00Z","webhook_id":"w-1","event_id":7,"kind":"split","attempt":2,"delivered":false,"status":503,"reason":"it answered 503","took_ms":3.5}]"""));
        Assert.Contains("it answered 503", (await server.Run("webhooks", "deliveries", "--limit", "1")).Out, StringComparison.Ordinal);
    }
}
