using System.Diagnostics;
using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Silo.Tests.Legacy;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>Whatever GAIA_HOME does wrong is a finding, in bounded time.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task One_that_is_down_is_unreachable()
    {
        await using var home = await GaiaHomeProcess.StartAsync();
        await home.KillAsync();
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.Blocked, "unreachable", false), (report.Verdict, report.Serious(), report.Facts.Reachable));
        Assert.Contains("Legacy__BaseUrl", report.Found("unreachable").Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"hang":true,"health":true}""")]
    [InlineData("""{"trickle_ms":400,"health":true}""")]
    public async Task One_that_hangs_is_said_to_within_the_time_limit(string fault)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "20"]);
        await home.SetFaultsAsync(fault);
        var begin = Stopwatch.GetTimestamp();
        var report = await Probe.Of(home.Url, settings: [("Timeout", "00:00:00.500"), ("Preflight:TimeLimit", "00:00:03")]);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal((Verdict.Blocked, Severity.Blocker), (report.Verdict, report.Found("no_answer_in_time").Severity));
        await home.ClearFaultsAsync();
    }

    [Theory]
    [InlineData("""{"html":true}""", "no_list", "Please log in")]
    [InlineData("""{"big":10000000}""", "no_list", "filler")]
    [InlineData("""{"error_rate":1}""", "list_failed", "500")]
    [InlineData("""{"close":true}""", "list_failed", "GET /api/sessions")]
    public async Task A_list_that_is_none_blocks_with_what_came_instead(string fault, string code, string evidence)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "20"]);
        await home.SetFaultsAsync(fault);
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.Blocked, code, true), (report.Verdict, report.Serious(), report.Facts.Reachable));
        Assert.Contains(evidence, report.Found(code).Evidence, StringComparison.Ordinal);
        Assert.True(report.Found(code).Evidence.Length < 1_000);
    }

    [Fact]
    public async Task Sessions_that_cannot_be_read_alone_block_though_the_list_is_fine()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "3"]);
        await home.SetFaultsAsync("""{"big":10000000,"only":{"ids":["session-000001","session-000002","session-000003"]}}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal("reads_fail", report.Serious());
        Assert.Equal("too_large", report.Facts.Reads!.Trouble!.Code);
    }

    [Fact]
    public async Task One_bad_session_is_a_note()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "5"]);
        await home.SetFaultsAsync("""{"html":true,"only":{"ids":["session-000004"]}}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.ReadyWithNotes, "some_reads_fail"), (report.Verdict, report.Serious()));
        Assert.Contains("session-000004", report.Found("some_reads_fail").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unsteady_one_is_walked_and_its_failures_are_counted()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "10"]);
        await home.SetFaultsAsync("""{"error_rate":1,"times":1}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.ReadyWithNotes, "unsteady", 1), (report.Verdict, report.Serious(), report.Facts.FailedRequests));
    }

    [Fact]
    public async Task A_slow_one_is_told_how_patient_to_be()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "4"]);
        await home.SetFaultsAsync("""{"latency_ms":600}""");
        var report = await Probe.Of(home.Url, settings: [("Timeout", "00:00:01.100")]);
        Assert.Contains("DUAL_WRITE_TIMEOUT_MS=", report.Found("slow_sessions").Remedy, StringComparison.Ordinal);
        Assert.True(report.Facts.SingleReadLatency!.P50Ms >= 599, $"{report.Facts.SingleReadLatency}");
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_its_target_named()
    {
        await using var home = await ScriptedHome.Start(http =>
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = "https://login.example/";
            return Task.CompletedTask;
        });
        var report = await Probe.Of(home.Url);
        Assert.Contains("https://login.example/", report.Found("redirected").Evidence, StringComparison.Ordinal);
        Assert.Equal(Verdict.Blocked, report.Verdict);
    }

    [Theory]
    [InlineData("""{"sessions":[{"id":"a","status":"idle"}""", "no_list")]
    [InlineData("""{"sessions":"many"}""", "no_list")]
    [InlineData("7", "no_list")]
    [InlineData("", "no_list")]
    public async Task Broken_answers_are_findings(string body, string code)
    {
        await using var home = await ScriptedHome.Json(_ => body);
        Assert.Equal(Severity.Blocker, (await Probe.Of(home.Url)).Found(code).Severity);
    }

    [Fact]
    public async Task Whoever_asked_and_left_is_not_answered()
    {
        await using var home = await GaiaHomeProcess.StartAsync();
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        using var output = new StringWriter();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PreflightCommand.Run(["preflight", "--legacy", home.Url.ToString()], output, output, left.Token));
    }
}
