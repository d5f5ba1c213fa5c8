using System.Diagnostics;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>GAIA_HOME and PostgreSQL fail in the middle of a run: it ends with a closed ledger and the right answer.</summary>
public sealed class RunFaultTests
{
    private const int Sessions = 6_000;

    // Differences of each kind, so that the right answer of a verification is not the easy one.
    private const string Damage = """
        UPDATE sessions SET written_by = 'PLANT', body = replace(body, '"user_id":"', '"user_id":"planted-') WHERE id IN ('session-000010', 'session-005990');
        DELETE FROM sessions WHERE id = 'session-003000';
        """;

    private const int Damaged = 3;

    // Damage comes after what is to be migrated whole.
    private static readonly string[] Kinds = ["migrate", "verify"];

    // So that it still runs when a silo has started anew.
    private const int Slow = 100;
    private const int Fast = 100_000;
    private const int Killed = 2;

    // Many pages, so that a fault meets some of them, and slow enough to be met in the middle.
    private static readonly Dictionary<string, string?> SmallPages = new() { ["Legacy__PageSize"] = "100" };

    private static Task<LocalCluster> Cluster() => LocalCluster.StartAsync(silos: 1, sessions: Sessions, settings: SmallPages);

    [Theory]
    [InlineData("""{"latency_ms":150,"jitter_ms":100}""")]
    [InlineData("""{"error_rate":0.05}""")]
    public async Task Legacy_that_is_slow_or_fails_now_and_then_changes_no_answer(string fault)
    {
        await using var cluster = await Cluster();
        await cluster.DualWrite();
        await cluster.Legacy.SetFaultsAsync(fault);
        var migrated = await cluster.Run("""{"kind":"migrate"}""");
        migrated.AssertClosed();
        Assert.Equal((Sessions, Sessions), (migrated.Count("listed"), await Rows(cluster)));
        await cluster.Legacy.InSqlite(Damage);
        var verified = await cluster.Run("""{"kind":"verify"}""");
        Assert.Equal((Sessions - 1, Damaged, 0), (verified.Count("listed"), verified.Count("mismatched"), verified.Count("failed")));
        Assert.NotEqual(0, (await new Http(cluster.Legacy.Url).Get("__faults").Ok()).Json.Count("affected"));
    }

    [Fact]
    public async Task Legacy_that_is_gone_for_twenty_seconds_is_waited_for()
    {
        await using var cluster = await Cluster();
        foreach (var kind in Kinds)
        {
            await Begin(cluster, kind);
            await cluster.Legacy.KillAsync();
            var outage = Stopwatch.StartNew();
            var waiting = await Eventually.Get(() => cluster.TryRun(kind), run => run is not null && outage.Elapsed > TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
            Assert.Equal((kind, "running"), (kind, waiting!.State()));
            Assert.NotNull(waiting!["reason"]);
            await cluster.Legacy.RestartAsync();
            await AssertRight(cluster, kind);
        }
    }

    [Fact]
    public async Task A_database_that_is_killed_and_comes_back_is_waited_for()
    {
        await using var cluster = await Cluster();
        foreach (var kind in Kinds)
        {
            await Begin(cluster, kind);
            await cluster.Postgres.KillAsync();
            await cluster.Postgres.StartAgainAsync();
            await AssertRight(cluster, kind);
        }
    }

    [Fact]
    public async Task Reconcile_picks_up_what_was_changed_while_the_database_was_away()
    {
        await using var cluster = await Cluster();
        await cluster.DualWrite();
        await cluster.Run("""{"kind":"migrate"}""");
        await cluster.StartRun("""{"kind":"reconcile","rate":100000}""");
        await cluster.UntilRun("reconcile", run => run["seen_until"] is not null);
        Assert.Equal(["migrate", "reconcile"], (await cluster.Alive().Get("api/migration/status").Ok()).Json["runs"]!.AsArray().Select(r => (string?)r!["kind"]));
        await cluster.Postgres.KillAsync();
        await cluster.Legacy.InSqlite("""UPDATE sessions SET written_by = 'PLANT', body = replace(body, '"user_id":"', '"user_id":"planted-') WHERE id <= 'session-000005'""");
        await cluster.Postgres.StartAgainAsync();
        await cluster.UntilRun("reconcile", run => run.Count("repaired") >= 5);
        Assert.Equal("running", (await cluster.TryRun("reconcile"))!.State());
        Assert.Equal(0, (await cluster.Run("""{"kind":"verify"}""")).Count("mismatched"));
    }

    [Fact]
    public async Task A_verification_whose_silo_is_killed_goes_on_elsewhere_and_finds_exactly_the_damage()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: Sessions, settings: SmallPages);
        await Begin(cluster, "verify");
        await Pace(cluster, "verify", Slow);
        // Whichever of them it lives on: both are killed once while it runs.
        foreach (var silo in cluster.Silos)
        {
            await GoesOn(cluster, "verify");
            await silo.KillAsync();
            await silo.RestartAsync();
        }

        await GoesOn(cluster, "verify");
        await Pace(cluster, "verify", Fast);
        await AssertRight(cluster, "verify");
    }

    [Fact]
    public async Task A_run_is_watched_to_its_end_whatever_becomes_of_the_silos_it_lives_on()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 3, sessions: Sessions, settings: SmallPages);
        await Begin(cluster, "migrate");
        await Pace(cluster, "migrate", Slow);
        var watched = Watch(cluster.Silos[0].Url, "migrate");
        foreach (var silo in cluster.Silos.TakeLast(Killed))
        {
            await silo.KillAsync();
            await GoesOn(cluster, "migrate");
            await silo.RestartAsync();
        }

        await Pace(cluster, "migrate", Fast);
        var seen = await watched;
        Assert.Equal(("completed", Sessions), (seen[^1].State(), seen[^1].Count("done")));
        Assert.All(seen.SkipLast(1), run => Assert.Equal("running", run.State()));
        // What was shown and not stored yet is done again elsewhere; otherwise it only grows.
        var done = seen.Select(run => run.Count("done")).ToList();
        Assert.InRange(done.Zip(done.Skip(1)).Count(pair => pair.Second < pair.First), 0, Killed);
    }

    private static Task<Answer> Pace(LocalCluster cluster, string kind, int rate) => cluster.Alive().Patch($"api/migration/runs/{kind}", $$"""{"rate":{{rate}}}""").Ok();

    /// <summary>Returns when more of it is done than there was, and it is not at its end.</summary>
    private static async Task GoesOn(LocalCluster cluster, string kind)
    {
        var before = (await cluster.UntilRun(kind, _ => true)).Count("done");
        Assert.Equal("running", (await cluster.UntilRun(kind, run => run.Count("done") > before)).State());
    }

    /// <summary>Everything that the stream says until the server ends it.</summary>
    private static async Task<List<JsonNode>> Watch(Uri silo, string kind)
    {
        using var http = new HttpClient { BaseAddress = silo };
        using var reader = new StreamReader(await http.GetStreamAsync($"api/migration/runs/{kind}/events"));
        var seen = new List<JsonNode>();
        var name = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            Assert.Equal("run", name);
            seen.Add(JsonNode.Parse(line[6..])!);
        }

        return seen;
    }

    /// <summary>The run in its middle; before a verification there is something to find.</summary>
    private static async Task Begin(LocalCluster cluster, string kind)
    {
        await cluster.DualWrite();
        if (kind == "verify")
        {
            await cluster.Run("""{"kind":"migrate"}""");
            await cluster.Legacy.InSqlite(Damage);
        }

        await cluster.StartRun($$"""{"kind":"{{kind}}","rate":1500}""");
        var middle = await cluster.UntilRun(kind, run => run.Count("done") >= Sessions / 4);
        Assert.Equal("running", middle.State());
    }

    private static async Task AssertRight(LocalCluster cluster, string kind)
    {
        var ended = await cluster.Completed(kind);
        if (kind == "verify")
        {
            Assert.Equal((Sessions - 1, Damaged, 0), (ended.Count("listed"), ended.Count("mismatched"), ended.Count("failed")));
            return;
        }

        ended.AssertClosed();
        Assert.Equal((Sessions, Sessions), (ended.Count("listed"), await Rows(cluster)));
    }

    private static async Task<long> Rows(LocalCluster cluster)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand("SELECT count(*) FROM claude_sessions");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
