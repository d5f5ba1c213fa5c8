using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

public sealed class TroubleTests(TroubledCluster cluster) : IClassFixture<TroubledCluster>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("traces", "gaia-silo", "POST /api/migration/dual-write", "Microsoft.Orleans", "Npgsql")]
    [InlineData("metrics", "gaia-silo", "gaia_dual_writes", "gaia_pending_sessions", "dotnet.gc.collections")]
    [InlineData("logs", "gaia-silo", "migration {Action}", "GaiaOrleans.Grains.Rollouts.RolloutGrain")]
    public async Task A_collector_that_is_named_gets_all_three_signals(string signal, params string[] contents)
    {
        foreach (var content in contents)
            await Eventually.Get(() => Task.FromResult(cluster.Collector.Received(signal).Contains(content, StringComparison.Ordinal) ? content : $"no {content} in {signal}"), seen => seen == content, Deadline);
    }

    [Fact]
    public async Task Neither_scrapes_nor_probes_are_traced()
    {
        await MonitoredCluster.Scraped(cluster.Silo.Url);
        Assert.Equal(0, await TroubledCluster.Probe(new(cluster.Silo.Url, "health/ready")));
        // Asked by nobody else, and afterwards: what was traced before it has come before it.
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(cluster.Silo.Url, "api/migration/timeseries"));
        await A_collector_that_is_named_gets_all_three_signals("traces", "GET /api/migration/timeseries");
        Assert.DoesNotContain("GET /health/ready", cluster.Collector.Received("traces"), StringComparison.Ordinal);
        Assert.DoesNotContain("GET /metrics", cluster.Collector.Received("traces"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_circuit_can_be_seen()
    {
        var scrape = await Eventually.Get(() => MonitoredCluster.Scraped(cluster.Silo.Url), s => s.Series("gaia_legacy_circuit")["state=closed"] == "0", Deadline);
        Assert.Equal(1, scrape.Series("gaia_legacy_circuit").Values.Sum(int.Parse));
        Assert.NotEqual("0", scrape.Series("gaia_dual_writes_total")["mode=go_leads,outcome=partial"]);
    }

    [Fact]
    public async Task Grep_ERROR_and_grep_migration_find_it_in_the_log()
    {
        var lines = await Eventually.Get(() => Task.FromResult(cluster.Silo.Output), l => Said(l, "circuit opened") && Said(l, "migration: session session-0000"), Deadline);
        Assert.All(lines, l => Assert.Matches(@"^\d{4}-\d\d-\d\dT[\d:.]+Z (TRACE|DEBUG|INFO|WARN|ERROR|FATAL ERROR) \S+: ", l));

        static bool Said(IEnumerable<string> lines, string what) => lines.Any(l => l.Contains(" ERROR ", StringComparison.Ordinal) && l.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_health_check_of_the_image_tells_a_ready_silo_from_none()
    {
        Assert.Equal(0, await TroubledCluster.Probe(new(cluster.Silo.Url, "health/ready")));
        Assert.Equal(1, await TroubledCluster.Probe(new($"http://127.0.0.1:{FreePort.Next()}/health/ready")));
    }
}
