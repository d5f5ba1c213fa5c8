namespace GaiaOrleans.Client.Tests;

public class ArgumentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("splt 10")]
    [InlineData("split")]
    [InlineData("split ten")]
    [InlineData("split 1,5")]
    [InlineData("split -1")]
    [InlineData("split 100.5")]
    [InlineData("split 10.123")]
    [InlineData("split 10 20")]
    [InlineData("split 10 --expected-epoch soon")]
    [InlineData("dual-write")]
    [InlineData("dual-write on --mode both")]
    [InlineData("dual-write on --ack follower")]
    [InlineData("migrate --rate 0")]
    [InlineData("migrate --watch --interval 0")]
    [InlineData("verify --dry-run")]
    [InlineData("runs copy")]
    [InlineData("runs migrate stop")]
    [InlineData("rollback --to 101")]
    [InlineData("session")]
    [InlineData("session get ..")]
    [InlineData("session put one")]
    [InlineData("conflicts")]
    [InlineData("conflicts show")]
    [InlineData("conflicts show s")]
    [InlineData("conflicts resolve 7 --strategy manual")]
    [InlineData("conflicts resolve --all --strategy go_leads --limit 0")]
    [InlineData("dual-write on --conflicts sync")]
    [InlineData("session sync one")]
    [InlineData("session sync one --source legacy")]
    [InlineData("errors --limit 1001")]
    [InlineData("gateways remove")]
    [InlineData("status --output xml")]
    [InlineData("status --output 1")]
    public async Task Wrong_words_get_the_usage_on_the_error_stream_and_2(string line)
    {
        var ran = await Ran.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "http://127.0.0.1:9");
        Assert.Equal(2, ran.Code);
        Assert.Empty(ran.Out);
        Assert.Contains("Usage:", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url ftp://host status", "--url is an address")]
    [InlineData("--url nonsense status", "--url is an address")]
    [InlineData("--url http://me:secret@host status", "GAIA_TOKEN")]
    [InlineData("split 10 --force", "--force needs --reason")]
    [InlineData("rollback --force --reason x", "--yes")]
    [InlineData("gateways remove one", "--yes")]
    [InlineData("session sync one --source go", "needs --reason")]
    [InlineData("errors --validation --since 2026-11-23", "--since does not go")]
    [InlineData("session put one /no/such/file", "cannot be read")]
    public async Task What_cannot_be_done_as_given_says_why_and_2(string line, string why)
    {
        var ran = await Ran.Of(line.Split(' '), "http://127.0.0.1:9");
        Assert.Equal(2, ran.Code);
        Assert.Contains(why, ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_wrong_GAIA_URL_is_named()
    {
        var ran = await Ran.Of(["status"], "localhost:8080");
        Assert.Equal(2, ran.Code);
        Assert.Contains("GAIA_URL is an address", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_go_before_the_environment()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /prefix/api/migration/sync-lag", Reply.Ok("{}"));
        var ran = await Ran.Of(["lag", "--url", server.Url + "/prefix/", "--token", "mine"], "http://127.0.0.1:9", environment: ("GAIA_TOKEN", "theirs"));
        Assert.Equal(0, ran.Code);
        Assert.Equal("Bearer mine", server.Requests.Single().Headers.Authorization);
    }
}
