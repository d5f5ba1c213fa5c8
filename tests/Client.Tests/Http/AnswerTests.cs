using GaiaOrleans.Client.Http;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Client.Tests.Http;

public class AnswerTests
{
    [Theory]
    [InlineData("json")]
    [InlineData("JSON after text")]
    public async Task Json_is_the_servers_byte_for_byte(string variant)
    {
        var body = variant == "json" ? """{ "b" : 1.0,"a":[ ],   "ü":"\u00e9" }""" : "[1,\n 2]\n";
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/status", Reply.Ok(body));
        var ran = await server.Run("status", "--output", "json");
        Assert.Equal(0, ran.Code);
        Assert.Equal(body.TrimEnd('\n') + "\n", ran.Out);
    }

    [Fact]
    public async Task A_problem_shows_title_detail_code_and_fields()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/traffic-split", Reply.Problem(400, """{"title":"Invalid","detail":"Not a split.","code":"invalid_field","errors":{"go_percentage":["too much","too odd"]}}"""));
        var ran = await server.Run("split", "10");
        Assert.Equal(1, ran.Code);
        Assert.Empty(ran.Out);
        Assert.Equal("gaia: Invalid: Not a split. (invalid_field)\n  go_percentage: too much\n  go_percentage: too odd\n", ran.Error);
    }

    [Fact]
    public async Task Blockers_are_a_table_and_3()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/traffic-split", Reply.Problem(409, Some.Blocked));
        var ran = await server.Run("split", "60");
        Assert.Equal(3, ran.Code);
        Assert.Contains("gaia: Blocked: 1 gate(s) do not pass: error_rate. (blocked)", ran.Error, StringComparison.Ordinal);
        Assert.Matches(@"GATE +STATUS +OBSERVED +REQUIRED +SINCE\nerror_rate +fail +0\.7 % +at most 0\.5 % +2026-11-23T00:00:00Z\n", ran.Error);
    }

    [Fact]
    public async Task A_script_reads_the_refusal_as_json()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/traffic-split", Reply.Problem(409, Some.Blocked));
        var ran = await server.Run("split", "60", "-o", "json");
        Assert.Equal(3, ran.Code);
        Assert.Equal(Some.Blocked + "\n", ran.Out);
        Assert.Contains("(blocked)", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, """{"title":"Unauthorized","code":"unauthorized"}""", "GAIA_TOKEN")]
    [InlineData(400, """{"title":"Reason","code":"reason_required"}""", "--reason")]
    [InlineData(409, """{"title":"Active","code":"run_active"}""", "gaia runs")]
    [InlineData(404, "", "names a silo")]
    [InlineData(500, "<html>oops", "HTTP 500 Internal Server Error: <html>oops")]
    [InlineData(200, "<html>hello", "is not a silo's control plane")]
    [InlineData(302, "", "It points to http://elsewhere/")]
    public async Task Every_other_refusal_is_1_with_what_to_do(int status, string body, string said)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/sync-lag", new Reply(status, body, "text/plain", status == 302 ? [("Location", "http://elsewhere/")] : []));
        var ran = await server.Run("lag");
        Assert.Equal(1, ran.Code);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_4_and_one_line_with_the_address()
    {
        await using var gone = await FakeControlPlane.Start();
        var url = gone.Url;
        await gone.DisposeAsync();
        var ran = await Ran.Of(["status"], url);
        Assert.Equal(4, ran.Code);
        Assert.Contains(url, ran.Error, StringComparison.Ordinal);
        Assert.Contains("gaia up", ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Silence_ends_after_30_seconds_and_warns_that_a_change_may_still_happen()
    {
        var asked = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        await using var server = await FakeControlPlane.Start();
        server.OnRequest = _ =>
        {
            asked.SetResult();
            release.Wait(Limit);
        };
        var time = new FakeTimeProvider();
        using var controlPlane = new ControlPlane(new(new(server.Url + "/"), null), time);
        var answer = controlPlane.Post("/api/traffic-split", new { }, CancellationToken.None);
        await asked.Task;
        time.Advance(ControlPlane.Patience);
        var e = await Assert.ThrowsAsync<UnreachableException>(() => answer);
        release.Set();
        Assert.Contains("within 30 s", e.Message, StringComparison.Ordinal);
        Assert.Contains("may still take effect", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_before_the_answer_is_130()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeControlPlane.Start();
        server.OnRequest = _ => interrupt.Cancel();
        var ran = await Ran.Of(["lag"], server.Url, cancellationToken: interrupt.Token);
        Assert.Equal(130, ran.Code);
    }

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
}
