namespace GaiaOrleans.Client.Tests.Preflight;

public class PreflightTests
{
    private const string Call = "GET /api/migration/preflight";

    [Fact]
    public async Task One_page_says_whether_why_and_with_which_settings()
    {
        await using var server = await FakeControlPlane.Start();
        var ran = await server.On(Call, Reply.Ok(Report("ready_with_notes", "warning"))).Run("preflight");
        Assert.Equal(0, ran.Code);
        Assert.Equal(
            """
            READY WITH NOTES: http://gaia-home:5000 can be migrated, 1 thing to settle or to know

            health       200 in 1.5 ms
            list         items, paging page, ids in name; 1000 of 5000 sessions in 2 pages
            times        iso_naive 1500, rfc1123 10
            enums        lower 900, upper 100
            kept as is   legacy_shard 1000
            largest      687 bytes (a)
            read alone   24 of 24, 24 of them twice
            list page    p50 10 ms, p95 20 ms (2 times), 500 sessions/s
            one session  p50 1 ms, p95 2 ms (48 times)
            migrate run  at least 10 s: 5000 sessions ÷ 500 sessions/s
            asked        60 requests, 1 failed, 0.47 s

            settings of silos and gateways
            Legacy__BaseUrl=http://gaia-home:5000  as it is
            Legacy__IdField=name                   ids work under it (now auto)
            Diff__Fields__seen=ignore              no two reads agree on it (now not set)

            SEVERITY  WHAT                 EVIDENCE  REMEDY
            warning   Some requests fail.  1 of 60   See its log.

            """,
            ran.Out);
    }

    [Theory]
    [InlineData("ready", "info", 0, "READY: ")]
    [InlineData("blocked", "blocker", 1, "BLOCKED: http://gaia-home:5000 cannot be migrated as it is, 1 thing in the way")]
    public async Task The_exit_code_is_the_verdict(string verdict, string severity, int code, string line)
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Call + "?sample=50", Reply.Ok(Report(verdict, severity)));
        var ran = await server.Run("preflight", "--sample", "50");
        Assert.Equal(code, ran.Code);
        Assert.StartsWith(line, ran.Out, StringComparison.Ordinal);
        ran = await server.Run("preflight", "--sample", "50", "-o", "json");
        Assert.Equal((code, Report(verdict, severity) + "\n"), (ran.Code, ran.Out));
    }

    [Fact]
    public async Task A_report_made_without_a_cluster_is_shown_without_asking_one()
    {
        var ran = await Ran.Of(["preflight", "--from", "-"], "http://127.0.0.1:1", typed: Report("blocked", "blocker"));
        Assert.Equal(1, ran.Code);
        Assert.StartsWith("BLOCKED", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_GAIA_HOME_that_is_down_the_page_says_what_there_is()
    {
        const string down = """{"verdict":"blocked","findings":[{"severity":"blocker","what":"GAIA_HOME does not answer.","evidence":"refused","remedy":"Start it."}],"settings":[],"facts":{"legacy":"http://x","health":{"status":null,"latency_ms":3},"list":{"status":null},"requests":3,"failed_requests":3,"took_ms":120}}""";
        var ran = await Ran.Of(["preflight", "--from", "-"], "http://127.0.0.1:1", typed: down);
        Assert.Contains("health  no answer", ran.Out, StringComparison.Ordinal);
        Assert.Contains("GAIA_HOME does not answer.", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--from is to hold", "preflight", "--from", "-")]
    [InlineData("--from cannot be read", "preflight", "--from", "/no/such/file")]
    [InlineData("--sample is a whole number", "preflight", "--sample", "0")]
    public async Task What_cannot_be_meant_is_refused(string complaint, params string[] args)
    {
        var ran = await Ran.Of(args, "http://127.0.0.1:1", typed: "<html>");
        Assert.Equal(2, ran.Code);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }

    private static string Report(string verdict, string severity) => $$$$"""
        {"verdict":"{{{{verdict}}}}","findings":[{"severity":"{{{{severity}}}}","code":"unsteady","what":"Some requests fail.","evidence":"1 of 60","remedy":"See its log."}],
         "settings":[{"name":"Legacy__BaseUrl","value":"http://gaia-home:5000","current":"http://gaia-home:5000","why":"what was looked at"},
          {"name":"Legacy__IdField","value":"name","current":"auto","why":"ids work under it"},{"name":"Diff__Fields__seen","value":"ignore","current":null,"why":"no two reads agree on it"}],
         "estimate":{"sessions":5000,"at_least_seconds":10,"how":"5000 sessions ÷ 500 sessions/s"},
         "facts":{"legacy":"http://gaia-home:5000","took_ms":468.9,"health":{"status":200,"latency_ms":1.5},
          "list":{"shape":"items","paging":"page","id_field":"name","sessions":1000,"total":5000,"pages":2},
          "records":{"timestamps":{"created_at":{"iso_naive":990,"rfc1123":10},"updated_at":{"iso_naive":510}},"enums":{"tier":{"spellings":{"lower":900,"upper":100},"foreign":{}}},
           "unknown_fields":{"legacy_shard":1000},"largest":{"id":"a","bytes":687}},
          "reads":{"asked":24,"found":24,"reread":24},"list_page_latency":{"count":2,"p50_ms":10,"p95_ms":20,"max_ms":20},
          "single_read_latency":{"count":48,"p50_ms":1,"p95_ms":2,"max_ms":3},"listed_per_s":500,"requests":60,"failed_requests":1}}
        """;
}
