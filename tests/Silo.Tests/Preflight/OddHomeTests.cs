using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Silo.Tests.Legacy;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>Habits that the stand-in does not have, over real HTTP.</summary>
public sealed class OddHomeTests
{
    private static readonly string[] Ids = ["a", "b", "c", "d"];

    [Fact]
    public async Task Fields_that_no_two_reads_agree_on_are_advised_as_stamped()
    {
        var reads = 0;
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle","updated_at":"2026-01-01T00:00:00Z","served_no":{{Interlocked.Increment(ref reads)}}}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.ReadyWithNotes, "fields_change_by_themselves"), (report.Verdict, report.Serious()));
        Assert.Equal(("updated_at", "served_no", "ignore"), (report.Setting("Legacy__StampedFields__0"), report.Setting("Legacy__StampedFields__1"), report.Setting("Diff__Fields__served_no")));
    }

    [Fact]
    public async Task Sessions_that_clients_write_meanwhile_are_not_taken_for_habits()
    {
        var beats = 0;
        await using var home = await Home(id => id == "a"
            ? $$"""{"id":"a","status":"idle","updated_at":"2026-01-01T00:00:{{Interlocked.Increment(ref beats) + 10}}Z","current_task_count":{{beats}}}"""
            : $$"""{"id":"{{id}}","status":"idle","updated_at":"2026-01-01T00:00:00Z","current_task_count":0}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.Ready, 3), (report.Verdict, report.Facts.Reads!.Undisturbed));
        Assert.Contains("Legacy__DirectWriters", report.Found("written_meanwhile").Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stamp_on_every_read_is_no_write()
    {
        var reads = 0;
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle","updated_at":{{1_700_000_000 + Interlocked.Increment(ref reads)}}}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.Ready, 0, 4), (report.Verdict, report.Facts.Reads!.WrittenMeanwhile, report.Facts.Reads.Volatile["updated_at"]));
    }

    [Fact]
    public async Task A_list_of_summaries_blocks_because_a_migration_would_copy_it()
    {
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle","metadata":{"k":1},"lesson_id":null}""", listed: id => $$"""{"id":"{{id}}","status":"IDLE"}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal("list_leaves_out", report.Serious());
        Assert.Equal("metadata 4 of 4 sessions", report.Found("list_leaves_out").Evidence);
    }

    [Fact]
    public async Task A_list_that_says_something_else_is_a_note()
    {
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle"}""", listed: id => $$"""{"id":"{{id}}","status":"busy","rank":1}""");
        Assert.Equal("list_adds, list_differs", (await Probe.Of(home.Url)).Serious());
    }

    [Fact]
    public async Task Records_that_do_not_map_are_named_with_field_and_reason()
    {
        await using var home = await ScriptedHome.Json(request => Path(request) switch
        {
            "/health" => "{}",
            "/api/sessions" => """
                [{"id":"fine","status":"idle"},{"status":"nobody"},{"id":"bad","note":"a\u0000b"},7,
                 {"id":"odd","status":"zombie","last_heartbeat":"yesterday"},{"id":"fine","status":"idle"},{"id":"fine","status":"busy"}]
                """,
            "/api/sessions/fine" => """{"id":"fine","status":"idle"}""",
            "/api/sessions/odd" => """{"id":"odd","status":"zombie","last_heartbeat":"yesterday"}""",
            _ => null,
        });
        var report = await Probe.Of(home.Url);
        var records = report.Facts.Records!;
        Assert.Equal(["ids_ambiguous", "records_refused", "values_do_not_fit"], report.Findings.Where(f => f.Severity != Severity.Info).Select(f => f.Code).Order());
        Assert.Equal([null, "bad", null], records.Refused.Shown.Select(r => r.Id));
        Assert.Equal("note", records.Refused.Shown[1].Field);
        Assert.Equal(["status", "last_heartbeat"], records.Misfits.Shown.Select(m => m.Field));
        Assert.Equal(1, records.Enums["status"].Foreign["zombie"]);
        Assert.Equal("unreadable", Assert.Single(records.Timestamps["last_heartbeat"]).Key);
        Assert.Equal([true, false], records.Duplicates.Shown.Select(d => d.Same));
    }

    [Theory]
    [InlineData(200, "application/json", "{}")]
    [InlineData(404, "text/html", "<h1>Not Found</h1>")]
    public async Task An_unknown_id_that_is_not_answered_404_by_the_resource_blocks(int status, string type, string body)
    {
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle"}""", otherwise: (status, type, body));
        Assert.Equal("absence_unclear", (await Probe.Of(home.Url)).Serious());
    }

    [Theory]
    [InlineData("GET, HEAD", "delete_not_allowed, put_not_allowed")]
    [InlineData("GET,PUT", "delete_not_allowed")]
    [InlineData("get, put, delete", "")]
    public async Task What_OPTIONS_does_not_allow_blocks(string allow, string codes)
    {
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle"}""", headers: h => h["Allow"] = allow + (codes.Length == 0 ? ", POST" : ", post"));
        var report = await Probe.Of(home.Url);
        Assert.Equal(codes, string.Join(", ", report.Findings.Where(f => f.Severity == Severity.Blocker).Select(f => f.Code).Order()));
    }

    [Fact]
    public async Task Validators_large_documents_and_a_missing_health_page_are_noticed()
    {
        var big = new string('x', 1_200_000);
        await using var home = await Home(
            id => $$"""{"id":"{{id}}","status":"idle","note":"{{(id == "b" ? big : "")}}"}""", headers: h => (h["ETag"], h["Last-Modified"]) = ("\"1\"", "Sat, 31 Jan 2026 12:00:00 GMT"), health: null);
        var report = await Probe.Of(home.Url);
        Assert.Equal("health_unusable, document_large", report.Serious());
        Assert.Equal("ETag, Last-Modified", report.Found("validators_unused").Evidence);
        Assert.Equal("b", report.Facts.Records!.Largest!.Id);
        var strict = await Probe.Of(home.Url, settings: [("MaxBodyBytes", 1_024)]);
        Assert.Equal("document_too_large, health_unusable, some_reads_fail", strict.Serious());
        Assert.Equal("4194304", strict.Setting("Legacy__MaxBodyBytes"));
    }

    [Fact]
    public async Task Naive_times_in_the_future_may_be_local_ones()
    {
        var ahead = TimeProvider.System.GetUtcNow().AddHours(2).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
        await using var home = await Home(id => $$"""{"id":"{{id}}","status":"idle","updated_at":"{{ahead}}","time_window_end":"2099-01-01T00:00:00"}""");
        var report = await Probe.Of(home.Url);
        Assert.Equal("times_ahead", report.Serious());
        Assert.DoesNotContain("time_window_end", report.Found("times_ahead").Evidence, StringComparison.Ordinal);
    }

    private static Task<ScriptedHome> Home(
        Func<string, string> alone, Func<string, string>? listed = null, (int Status, string Type, string Body)? otherwise = null,
        Action<Microsoft.AspNetCore.Http.IHeaderDictionary>? headers = null, string? health = "{}") => ScriptedHome.Start(async http =>
    {
        headers?.Invoke(http.Response.Headers);
        var path = Path(http.Request);
        var body = path == "/health" ? health
            : path == "/api/sessions" ? $"[{string.Join(',', Ids.Select(listed ?? alone))}]"
            : Ids.FirstOrDefault(id => path == "/api/sessions/" + id) is { } id ? alone(id)
            : null;
        var (status, type, text) = body is not null ? (200, "application/json", body) : otherwise ?? (404, "application/json", "{}");
        http.Response.StatusCode = path == "/health" && health is null ? 404 : status;
        http.Response.ContentType = type;
        await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(http.Response, text);
    });

    private static string Path(Microsoft.AspNetCore.Http.HttpRequest request) => request.Path.Value!;
}
