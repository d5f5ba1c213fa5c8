using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>Against the stand-in as a process, in the habits that legacies have.</summary>
public sealed class StandInTests
{
    private const int Seeded = 60;

    public static TheoryData<string, string, string, string, string> Habits() => new()
    {
        { "--list-shape bare", "array", "cursor", "id", "iso_naive" },
        { "--list-shape bare --paged false --timestamps offset", "array", "none", "id", "iso_offset" },
        { "--list-shape sessions --id-field session_id --timestamps rfc1123", "sessions", "cursor", "session_id", "rfc1123" },
        { "--list-shape map --enums repr --timestamps epoch", "map", "cursor", "id", "epoch_s" },
        { "--list-shape map --map-key session_name --id-field name --timestamps z", "map", "cursor", "name", "iso_z" },
        { "--list-shape items --id-field session_name --enums upper --timestamps epoch_ms", "items", "page", "session_name", "epoch_ms" },
        { "--list-shape items --paged false --id-field session_id", "items", "none", "session_id", "iso_naive" },
    };

    [Theory]
    [MemberData(nameof(Habits))]
    public async Task Its_habits_are_found_and_are_no_hindrance(string arguments, string shape, string paging, string idField, string spelling)
    {
        await using var home = await GaiaHomeProcess.StartAsync([.. arguments.Split(' '), "--seed", $"{Seeded}"]);
        var report = await Probe.Of(home.Url, settings: [("PageSize", 25)]);
        var list = report.Facts.List!;
        Assert.Equal((shape, paging, idField, "end", Seeded), (list.Shape, list.Paging, list.IdField, list.Stopped, list.Sessions));
        Assert.Equal(Seeded, list.Total);
        Assert.Equal(paging == "none" ? 1 : 3, list.Pages);
        Assert.Equal(spelling, Assert.Single(report.Facts.Records!.Timestamps["updated_at"]).Key);
        Assert.Equal(Seeded, report.Facts.Records.IdMembers[idField]);
        Assert.Equal((24, 24, 0, 0), (report.Facts.Reads!.Found, report.Facts.Reads.Undisturbed, report.Facts.Reads.NotFound, report.Facts.Reads.Failed));
        Assert.Equal((Verdict.Ready, ""), (report.Verdict, report.Serious()));
        Assert.Equal((shape, idField), (report.Setting("Legacy__ListShape"), report.Setting("Legacy__IdField")));
        Assert.Equal(Seeded / report.Facts.ListedPerS!.Value, report.Estimate.AtLeastSeconds!.Value, 0.01);
    }

    [Theory]
    [InlineData("upper", "upper")]
    [InlineData("repr", "python_repr")]
    public async Task Enum_spellings_are_counted_and_understood(string enums, string style)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "50", "--enums", enums]);
        var report = await Probe.Of(home.Url);
        var status = report.Facts.Records!.Enums["status"];
        Assert.True(status.Spellings[style] > 40, Finding.Names(status.Spellings));
        Assert.Empty(status.Foreign);
        Assert.Contains(style, report.Found("enums_spelled_otherwise").Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bearer:secret-1", "bearer", "secret-1")]
    [InlineData("api_key:secret-1", "api_key", "secret-1")]
    [InlineData("basic:ann:secret-1", "basic", "ann:secret-1")]
    [InlineData("cookie:secret-1", "cookie", "secret-1")]
    public async Task The_right_credential_is_accepted_and_never_shown(string home, string auth, string credential)
    {
        await using var process = await GaiaHomeProcess.StartAsync(["--seed", "5", "--auth", home]);
        var report = await Probe.Of(process.Url, settings: [("Auth", auth), ("Credential", credential)]);
        Assert.Equal((Verdict.Ready, true, auth), (report.Verdict, report.Facts.Auth!.Accepted, report.Setting("Legacy__Auth")));
        Assert.DoesNotContain("secret-1", System.Text.Json.JsonSerializer.Serialize(report, GaiaOrleans.Gateway.GaiaJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bearer", "wrong", "refuses the credential")]
    [InlineData("api_key", "secret-1", "refuses the credential")]
    [InlineData("none", "", "none is configured")]
    public async Task A_wrong_credential_blocks_and_says_what_was_asked_for(string auth, string credential, string what)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--auth", "bearer:secret-1"]);
        var report = await Probe.Of(home.Url, settings: [("Auth", auth), ("Credential", credential)]);
        var finding = report.Found("unauthorized");
        Assert.Equal((Verdict.Blocked, false, Severity.Blocker), (report.Verdict, report.Facts.Auth!.Accepted, finding.Severity));
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.Contains("401, WWW-Authenticate: Bearer", finding.Evidence, StringComparison.Ordinal);
        Assert.Equal("bearer", report.Setting("Legacy__Auth"));
        Assert.True(report.Facts.Reachable);
    }

    [Theory]
    [InlineData("ListShape", "map", "list_shape_differs", "Legacy__ListShape=items")]
    [InlineData("IdField", "session_id", "id_field_differs", "Legacy__IdField=name")]
    public async Task A_configured_habit_that_it_does_not_have_blocks_and_names_the_right_one(string setting, string value, string code, string remedy)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "20", "--list-shape", "items", "--id-field", "name"]);
        var report = await Probe.Of(home.Url, settings: [(setting, value)]);
        Assert.Equal((Severity.Blocker, remedy), (report.Found(code).Severity, report.Found(code).Remedy));
        Assert.Equal(code, report.Serious());
    }

    /// <summary>What is behind the sample was listed, and nobody has looked whether it can be migrated.</summary>
    [Fact]
    public async Task A_list_that_comes_whole_was_looked_at_as_far_as_the_sample_goes()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "60", "--paged", "false"]);
        var report = await Probe.Of(home.Url, sample: 40);
        Assert.Equal(("end", 60, 40), (report.Facts.List!.Stopped, report.Facts.List.Sessions, report.Facts.Records!.LookedAt));
        Assert.Equal("40 of 60 sessions", report.Found("sampled").Evidence);
    }

    [Fact]
    public async Task Only_as_much_is_listed_as_was_asked_for()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "200", "--list-shape", "items"]);
        var report = await Probe.Of(home.Url, sample: 40, settings: [("PageSize", 25)]);
        Assert.Equal(("sample", 50, 40, 200L), (report.Facts.List!.Stopped, report.Facts.List.Sessions, report.Facts.Records!.LookedAt, report.Facts.List.Total));
        Assert.Equal("40 of 200 sessions", report.Found("sampled").Evidence);
        Assert.Equal(Verdict.Ready, report.Verdict);
        Assert.Equal(200, report.Estimate.Sessions);
    }

    [Fact]
    public async Task A_whole_list_as_long_as_a_page_blocks_until_the_page_size_is_another()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "30", "--paged", "false"]);
        var report = await Probe.Of(home.Url, settings: [("PageSize", 30)]);
        Assert.Equal("Legacy__PageSize=31", report.Found("page_size_coincides").Remedy);
        Assert.Equal("31", report.Setting("Legacy__PageSize"));
        Assert.Equal(Verdict.Ready, (await Probe.Of(home.Url, settings: [("PageSize", 31)])).Verdict);
    }

    [Fact]
    public async Task Where_POST_is_not_allowed_that_is_said()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "3", "--post-creates", "false", "--put-creates", "true"]);
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.ReadyWithNotes, "post_not_allowed"), (report.Verdict, report.Serious()));
    }

    [Fact]
    public async Task An_empty_one_can_say_little()
    {
        await using var home = await GaiaHomeProcess.StartAsync();
        var report = await Probe.Of(home.Url);
        Assert.Equal((Verdict.ReadyWithNotes, "no_sessions"), (report.Verdict, report.Serious()));
        Assert.Null(report.Estimate.AtLeastSeconds);
    }
}
