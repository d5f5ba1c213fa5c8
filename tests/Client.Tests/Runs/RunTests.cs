using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Client.Runs;

namespace GaiaOrleans.Client.Tests.Runs;

public class RunTests
{
    private const string Start = "POST /api/migration/runs";
    private const string Look = "GET /api/migration/runs/migrate";

    [Theory]
    [InlineData("migrate", Start, """{"kind":"migrate"}""")]
    [InlineData("migrate --rate 50 --dry-run", Start, """{"kind":"migrate","rate":50,"dry_run":true}""")]
    [InlineData("verify", Start, """{"kind":"verify"}""")]
    [InlineData("verify --repair", Start, """{"kind":"verify","repair":true}""")]
    [InlineData("reconcile --rate 7", Start, """{"kind":"reconcile","rate":7}""")]
    [InlineData("runs", "GET /api/migration/runs", "")]
    [InlineData("runs migrate", Look, "")]
    [InlineData("runs migrate pause --reason why", "POST /api/migration/runs/migrate/pause", """{"reason":"why"}""", "paused")]
    [InlineData("runs verify resume", "POST /api/migration/runs/verify/resume", "{}")]
    [InlineData("runs reconcile cancel", "POST /api/migration/runs/reconcile/cancel", "{}", "cancelled")]
    public async Task A_command_is_one_call(string line, string call, string body, string state = "running")
    {
        await using var server = await FakeControlPlane.Start();
        server.On(call, new Reply(202, Some.Run(state, 45)));
        var ran = await server.Run(line.Split(' '));
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal((call, body), (server.Requests.Single().Call, server.Requests.Single().Body));
        Assert.Contains("45 % 45/100", ran.Out, StringComparison.Ordinal);
    }

    /// <summary>A script goes on by the exit code, and the run does not.</summary>
    [Theory]
    [InlineData("pause", "completed")]
    [InlineData("resume", "cancelled")]
    [InlineData("resume", "completed")]
    [InlineData("cancel", "waiting")]
    public async Task Where_there_is_nothing_to_steer_it_is_1_and_says_so(string action, string state)
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"POST /api/migration/runs/verify/{action}", Reply.Ok(Some.Run(state, 45, kind: "verify")));
        var ran = await server.Run("runs", "verify", action);
        Assert.Equal(1, ran.Code);
        Assert.Contains($"there is nothing to {action}: verify {state}: {(state == "completed" ? 100 : 45)} %", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"state":"running","total":1000,"listed":100,"done":100}""", "10 % 100/1000")]
    [InlineData("""{"state":"running","total":1000,"listed":1000,"done":1100}""", "100 % 1100/1100")] // a list that grew meanwhile
    [InlineData("""{"state":"running","total":0,"listed":0,"done":0}""", "0 % 0/0")]
    [InlineData("""{"state":"running","total":null,"listed":100,"done":100}""", "100 so far")]
    [InlineData("""{"state":"paused","listed":100,"done":100}""", "100 so far")]
    [InlineData("""{"state":"running","kind":"reconcile","total":100,"listed":100,"done":100}""", "100 so far")]
    [InlineData("""{"state":"waiting","listed":0,"done":0}""", "0 so far")]
    [InlineData("""{"state":"completed","total":100,"listed":100,"done":110}""", "100 % 110/110")] // with sessions that only the cluster has
    [InlineData("""{"state":"completed","listed":100,"done":110}""", "100 % 110/110")]
    [InlineData("""{"state":"completed","listed":0,"done":0}""", "100 % 0/0")]
    public void It_is_measured_by_all_there_is_and_not_by_what_it_has_come_by(string run, string shown)
    {
        using var json = JsonDocument.Parse(run);
        Assert.Equal(shown, RunProgress.Counts(json.RootElement));
    }

    [Fact]
    public async Task The_ledger_names_what_failed_and_why()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/runs/migrate/ledger?outcome=failed&limit=5", new Reply(200, """[{"session_id":"s-1","outcome":"failed","field":"user_id","reason":"holds U+0000","at":"2026-01-31T12:00:00Z"}]"""));
        var ran = await server.Run("ledger", "migrate", "--outcome", "failed", "--limit", "5");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("user_id", ran.Out, StringComparison.Ordinal);
        Assert.Contains("holds U+0000", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mismatch_is_listed_page_by_page()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/runs/verify/mismatches?limit=1000", new Reply(200, """[{"session_id":"s-1","field":"tier"}]""", Headers: ("X-Next-Cursor", "WyJz=")));
        server.On("GET /api/migration/runs/verify/mismatches?limit=1000&cursor=WyJz%3D", new Reply(200, """[{"session_id":"s-2","field":"status"}]"""));
        var ran = await server.Run("mismatches", "--all", "--output", "json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(["s-1", "s-2"], JsonNode.Parse(ran.Out)!.AsArray().Select(m => (string)m!["session_id"]!));
    }

    [Fact]
    public async Task A_list_that_is_not_whole_says_so()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/runs/verify/mismatches?limit=1", new Reply(200, """[{"session_id":"s-1","field":"tier","python_value":"\"a\"","go_value":null}]""", Headers: ("X-Next-Cursor", "c")));
        var ran = await server.Run("mismatches", "--limit", "1");
        Assert.Contains("there are more (--all)", ran.Out, StringComparison.Ordinal);
        Assert.Empty(ran.Error);
        var both = await server.Run("mismatches", "--limit", "1", "--all");
        Assert.Equal((2, true), (both.Code, both.Error.Contains("--limit does not go with --all", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task A_document_that_is_not_whole_stays_as_it_is_and_is_said_beside_it(string format)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/runs/migrate/ledger?limit=1", new Reply(200, """[{"session_id":"s-1","outcome":"failed"}]""", Headers: ("X-Next-Cursor", "c")));
        var ran = await server.Run("ledger", "migrate", "--limit", "1", "-o", format);
        Assert.Equal((0, "gaia: there are more (--all)\n"), (ran.Code, ran.Error));
        Assert.Contains("s-1", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("there are more", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrated", 0)]
    [InlineData("failed", 1)]
    public async Task A_retry_says_by_its_exit_code_whether_it_failed_again(string outcome, int code)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/runs/migrate/retry", new Reply(200, $$"""{"session_id":"s-1","outcome":"{{outcome}}","field":null,"reason":"retried","at":"2026-01-31T12:00:00Z"}"""));
        var ran = await server.Run("retry", "migrate", "s-1");
        Assert.Equal(code, ran.Code);
        Assert.Equal("""{"session_id":"s-1"}""", server.Requests.Single().Body);
    }

    [Fact]
    public async Task A_watch_ends_with_its_run()
    {
        await using var server = await Server(Some.Run("running", 10), Some.Run("running", 10), Some.Run("running", 60), Some.Run("completed", 100));
        var ran = await server.Run("migrate", "--watch", "--interval", "0.05");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(
            """
            migrate running: 10 % 10/100, failed 0, differ 0, 120.5/s, ends -
            migrate running: 60 % 60/100, failed 0, differ 0, 120.5/s, ends -
            migrate completed: 100 % 100/100, failed 0, differ 0, 120.5/s

            """,
            ran.Out);
    }

    [Fact]
    public async Task On_a_terminal_the_progress_moves_in_place()
    {
        await using var server = await Server(Some.Run("running", 10), Some.Run("completed", 100));
        var ran = await Ran.Of(["migrate", "--watch", "--interval", "0.05"], server.Url, ansi: true);
        Assert.Equal(0, ran.Code);
        Assert.Matches(@"\e\[\d+A", ran.Out);
        Assert.Contains("100 % 100/100", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_each_new_answer_is_a_line()
    {
        await using var server = await Server(Some.Run("running", 10), Some.Run("running", 10), Some.Run("completed", 100));
        var ran = await server.Run("migrate", "--watch", "--interval", "0.05", "-o", "json");
        Assert.Equal(0, ran.Code);
        Assert.Equal(Some.Run("running", 10) + "\n" + Some.Run("completed", 100) + "\n", ran.Out);
    }

    [Theory]
    [InlineData("failed", 0, 0)]
    [InlineData("cancelled", 0, 0)]
    [InlineData("completed", 2, 0)]
    [InlineData("completed", 0, 2)]
    public async Task A_run_that_did_not_end_clean_is_1(string state, int failed, int mismatched)
    {
        await using var server = await Server(Some.Run(state, 100, failed, mismatched));
        var ran = await server.Run("migrate", "--watch", "--interval", "0.05");
        Assert.Equal(1, ran.Code);
        Assert.Contains($"gaia: migrate {state}: 100 % 100/100, failed {failed}, differ {mismatched}", ran.Error, StringComparison.Ordinal);
    }

    /// <summary>A gate does not trust such a run either.</summary>
    [Fact]
    public async Task A_run_that_may_not_have_seen_everything_is_1_and_says_so()
    {
        await using var server = await Server(With("completed", "there may be more"));
        var ran = await server.Run("migrate", "--watch", "--interval", "0.05");
        Assert.Equal(1, ran.Code);
        Assert.Contains("(there may be more)", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_has_paused_ends_the_watch_of_a_script_and_says_why()
    {
        await using var server = await Server(Some.Run("running", 10), With("paused", "GAIA_HOME is down."));
        var ran = await server.Run("migrate", "--watch", "--interval", "0.05");
        Assert.Equal(1, ran.Code);
        Assert.Contains("migrate paused: 100 % 100/100", ran.Error, StringComparison.Ordinal);
        Assert.Contains("(GAIA_HOME is down.)", ran.Error, StringComparison.Ordinal);
    }

    private static string With(string state, string reason) => Some.Run(state, 100).Replace("\"eta\":null", $"\"eta\":null,\"reason\":\"{reason}\"", StringComparison.Ordinal);

    /// <summary>GAIA_HOME could be read and not written to: what was on its way was never compared.</summary>
    [Fact]
    public async Task A_verification_that_could_not_judge_all_is_1_and_says_how_many()
    {
        await using var server = await Server(Some.Run("completed", 100).Replace("\"pending\":0", "\"pending\":3", StringComparison.Ordinal));
        var ran = await server.Run("migrate", "--watch", "--interval", "0.05");
        Assert.Equal(1, ran.Code);
        Assert.Contains("differ 0, pending 3", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_run_running_and_says_so()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await Server(Some.Run("running", 10));
        server.OnRequest = seen =>
        {
            if (seen.Call == Look) interrupt.Cancel();
        };
        var ran = await Ran.Of(["migrate", "--watch"], server.Url, cancellationToken: interrupt.Token);
        Assert.Equal(0, ran.Code);
        Assert.Contains("the migrate run goes on without us", ran.Error, StringComparison.Ordinal);
        Assert.All(server.Requests, seen => Assert.True(seen.Call is Start or Look, seen.Call));
    }

    [Fact]
    public async Task No_runs_says_so()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/runs", Reply.Ok("[]"));
        Assert.Equal("no run has been started yet\n", (await server.Run("runs")).Out);
    }

    private static async Task<FakeControlPlane> Server(params string[] looks)
    {
        var server = await FakeControlPlane.Start();
        return server.On(Start, new Reply(202, Some.Run("running", 0))).On(Look, [.. looks.Select(Reply.Ok)]);
    }
}
