using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Silo.Legacy;
using GaiaOrleans.Silo.Preflight;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>From facts to findings, without any GAIA_HOME.</summary>
public sealed class FindingTests
{
    private static readonly Look Ok = new(200, 1, FromResource: true);

    private static readonly PreflightFacts Good = new()
    {
        Legacy = "http://gaia-home:5000",
        CheckedAt = DateTimeOffset.UnixEpoch,
        Reachable = true,
        Health = Ok,
        Auth = new("none", true, null),
        List = new()
        {
            Status = 200,
            Shape = ListShape.Array,
            Paging = ListPaging.Cursor,
            AskedPerPage = 1_000,
            PerPage = 1_000,
            Total = 1_500,
            Pages = 2,
            Sessions = 1_500,
            Stopped = "end",
            IdField = "id",
        },
        Records = new() { LookedAt = 1_500, IdMembers = new Dictionary<string, int> { ["id"] = 1_500 }, Largest = new("a", 700) },
        Reads = new() { Asked = 24, Found = 24, Compared = 24, Reread = 24, Undisturbed = 24 },
        UnknownId = Ok with { Status = 404 },
        Methods = new(Ok with { Allow = "GET, POST" }, Ok with { Allow = "GET, PUT, DELETE" }),
        ListPageLatency = new(2, 10, 12, 12),
        SingleReadLatency = new(48, 1, 2, 3),
        ListedPerS = 750,
    };

    private static readonly Dictionary<string, Func<PreflightFacts, PreflightFacts>> Cases = new()
    {
        [""] = f => f,
        ["blocker unreachable"] = f => Nothing(f, new() { Trouble = new(LegacyTrouble.Unavailable, "refused") }) with { Health = null, Reachable = false },
        ["blocker no_answer_in_time"] = f => Nothing(f, new() { Trouble = new(LegacyTrouble.TimedOut, "no answer within 10 s") }),
        ["blocker unauthorized"] = f => Nothing(f, new() { Status = 403, Trouble = new(LegacyTrouble.Unauthorized, "403") }),
        ["blocker redirected"] = f => Nothing(f, new() { Status = 301, Location = "/elsewhere", Trouble = new(LegacyTrouble.Unavailable, "301") }),
        ["blocker list_too_large"] = f => Nothing(f, new() { Status = 200, Trouble = new(LegacyTrouble.TooLarge, "longer") }),
        ["blocker list_failed"] = f => Nothing(f, new() { Status = 503, Trouble = new(LegacyTrouble.ServerError, "503") }),
        ["blocker no_list"] = f => Nothing(f, new() { Status = 404, Trouble = new(LegacyTrouble.Unavailable, "404") }),
        ["warning health_unusable"] = f => f with { Health = new(500, 1) },
        ["blocker list_broke"] = f => f with { List = f.List! with { Stopped = "trouble", Trouble = new("not_json", "the page before it again") } },
        ["warning list_unfinished"] = f => f with { List = f.List! with { Stopped = "time_limit" } },
        ["info sampled"] = f => f with { List = f.List! with { Stopped = "sample", Total = null } },
        ["warning total_differs"] = f => f with { List = f.List! with { Total = 1_501 } },
        ["blocker page_size_coincides"] = f => f with { List = f.List! with { Paging = ListPaging.None, Sessions = 1_000, Total = 1_000, Pages = 1 } },
        ["info list_is_whole"] = f => f with { List = f.List! with { Paging = ListPaging.None, Pages = 1, PerPage = 1_500 } },
        ["info pages_capped"] = f => f with { List = f.List! with { PerPage = 100, Pages = 15 } },
        ["warning no_sessions"] = f => f with { List = f.List! with { Sessions = 0, Total = 0, Pages = 1, PerPage = 0, Paging = null }, Records = new(), Reads = new() },
        ["warning ids_are_keys"] = f => f with { List = f.List! with { KeyedOnly = true, IdField = null } },
        ["blocker id_field_unknown"] = f => f with { List = f.List! with { IdField = null } },
        ["blocker records_refused"] = f => f with { Records = f.Records! with { Refused = new(1, [new(null, null, "no id")]) } },
        ["warning values_do_not_fit"] = f => f with { Records = f.Records! with { Misfits = new(1, [new("a", "status", "zombie")]) } },
        ["blocker ids_ambiguous"] = f => f with { Records = f.Records! with { Duplicates = new(2, [new("a", true), new("b", false)]) } },
        ["warning listed_twice"] = f => f with { Records = f.Records! with { Duplicates = new(1, [new("a", true)]) } },
        ["info unknown_fields"] = f => f with { Records = f.Records! with { UnknownFields = Some("shard") } },
        ["warning times_ahead"] = f => f with { Records = f.Records! with { AheadOfTime = new Dictionary<string, DateTimeOffset> { ["updated_at"] = DateTimeOffset.MaxValue } } },
        ["info times_without_zone"] = f => f with { Records = f.Records! with { Timestamps = Times(TimeSpelling.Naive) } },
        ["info times_in_seconds"] = f => f with { Records = f.Records! with { Timestamps = Times(TimeSpelling.Rfc1123) } },
        ["info enums_spelled_otherwise"] = f => f with { Records = f.Records! with { Enums = new Dictionary<string, EnumFacts> { ["tier"] = new(Some("upper"), Some("?")) } } },
        ["blocker document_too_large"] = f => f with { Records = f.Records! with { Largest = new("a", 9 << 20) } },
        ["warning document_large"] = f => f with { Records = f.Records! with { Largest = new(null, 2 << 20) } },
        ["blocker reads_fail"] = f => f with { Reads = new() { Asked = 24, Failed = 24, Trouble = new("not_json", "html") } },
        ["warning some_reads_fail"] = f => f with { Reads = f.Reads! with { Failed = 1, Trouble = new("timeout", "late") } },
        ["blocker listed_not_found"] = f => f with { Reads = new() { Asked = 24, NotFound = 24 } },
        ["warning some_not_found"] = f => f with { Reads = f.Reads! with { NotFound = 1 } },
        ["blocker list_leaves_out"] = f => f with { Reads = f.Reads! with { MissingInList = Some("metadata") } },
        ["warning list_adds"] = f => f with { Reads = f.Reads! with { OnlyInList = Some("rank") } },
        ["warning list_differs"] = f => f with { Reads = f.Reads! with { OtherInList = Some("status") } },
        ["warning fields_change_by_themselves"] = f => f with { Reads = f.Reads! with { Volatile = Some("served_at") } },
        ["info written_meanwhile"] = f => f with { Reads = f.Reads! with { WrittenMeanwhile = 1 } },
        ["warning unknown_id_failed"] = f => f with { UnknownId = new(null, 1, Trouble: new("timeout", "late")) },
        ["blocker absence_unclear"] = f => f with { UnknownId = Ok },
        ["info methods_untold"] = f => f with { Methods = new(new(405, 1), new(405, 1)) },
        ["blocker put_not_allowed"] = f => f with { Methods = f.Methods! with { Session = Ok with { Allow = "GET, DELETE" } } },
        ["blocker delete_not_allowed"] = f => f with { Methods = f.Methods! with { Session = Ok with { Allow = "GET, PUT" } } },
        ["warning post_not_allowed"] = f => f with { Methods = f.Methods! with { Collection = Ok with { Allow = "GET" } } },
        ["info validators_unused"] = f => f with { Reads = f.Reads! with { Etag = true } },
        ["warning out_of_time"] = f => f with { OutOfTime = true },
        ["warning unsteady"] = f => f with { Requests = 60, FailedRequests = 2 },
        ["warning slow_sessions"] = f => f with { SingleReadLatency = new(48, 900, 1_100, 1_200) },
        ["warning slow_list"] = f => f with { ListPageLatency = new(2, 20_000, 31_000, 31_000) },
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_fact_has_its_finding_and_its_verdict(string expected)
    {
        var report = PreflightReport.Of(Cases[expected](Good), new() { BaseUrl = Good.Legacy });
        Assert.Equal(expected, string.Join(", ", report.Findings.Select(f => $"{f.Severity.ToString().ToLowerInvariant()} {f.Code}")));
        Assert.Equal(expected.Split(' ')[0] switch { "blocker" => Verdict.Blocked, "warning" => Verdict.ReadyWithNotes, _ => Verdict.Ready }, report.Verdict);
        Assert.All(report.Findings, f => Assert.True(f.What.Length > 0 && f.Evidence.Length > 0 && (f.Remedy ?? "-").Length > 0));
        Assert.All(report.Findings.Where(f => f.Severity != Severity.Info), f => Assert.NotNull(f.Remedy));
    }

    [Fact]
    public void The_worst_comes_first()
    {
        var facts = Good with { OutOfTime = true, UnknownId = Ok, Reads = Good.Reads! with { WrittenMeanwhile = 1 } };
        Assert.Equal(["absence_unclear", "out_of_time", "written_meanwhile"], PreflightReport.Of(facts, new()).Findings.Select(f => f.Code));
    }

    [Fact]
    public void A_configured_id_member_that_also_holds_the_id_is_kept()
    {
        var facts = Good with { Records = Good.Records! with { IdMembers = new Dictionary<string, int> { ["id"] = 1_500, ["session_id"] = 1_500 } } };
        var report = PreflightReport.Of(facts, new() { IdField = "session_id" });
        Assert.Equal((Verdict.Ready, "session_id"), (report.Verdict, report.Setting("Legacy__IdField")));
    }

    [Fact]
    public void A_known_field_that_changes_is_not_advised_where_the_silo_would_refuse_it()
    {
        var facts = Good with { Reads = Good.Reads! with { Volatile = new Dictionary<string, int> { ["status"] = 24, ["last_heartbeat"] = 24, ["seen"] = 24, ["rare"] = 3 } } };
        string Advised(bool directWriters) => string.Join(", ", PreflightReport.Of(facts, new() { DirectWriters = directWriters }).Settings.Where(s => s.Name.StartsWith("Legacy__Stamped", StringComparison.Ordinal)).Select(s => s.Value));
        Assert.Equal("updated_at, last_heartbeat, seen", Advised(directWriters: true));
        Assert.Equal("updated_at, status, last_heartbeat, seen", Advised(directWriters: false));
    }

    [Fact]
    public void The_estimate_is_the_measured_rate_and_says_so()
    {
        var estimate = PreflightReport.Of(Good, new()).Estimate;
        Assert.Equal((1_500L, 2d), (estimate.Sessions, estimate.AtLeastSeconds));
        Assert.StartsWith("1500 sessions ÷ 750 sessions/s listed", estimate.How, StringComparison.Ordinal);
        Assert.Null(PreflightReport.Of(Good with { List = Good.List! with { Total = null } }, new()).Estimate.AtLeastSeconds);
    }

    private static PreflightFacts Nothing(PreflightFacts facts, ListFacts list) => new() { Legacy = facts.Legacy, CheckedAt = facts.CheckedAt, Reachable = true, Health = facts.Health, List = list };

    private static Dictionary<string, int> Some(string name) => new() { [name] = 3 };

    private static Dictionary<string, IReadOnlyDictionary<string, int>> Times(string spelling) => new() { ["updated_at"] = Some(spelling) };
}
