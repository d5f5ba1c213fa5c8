using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>What a part tells before anybody has asked it for anything: a query for a known series finds 0, and not nothing.</summary>
[Collection(MonitoredClusterTests.Name)]
public sealed class ScrapeTests(MonitoredCluster cluster)
{
    public static TheoryData<string> OfSilos =>
    [
        "gaia_errors_total", "gaia_dual_writes_total", "gaia_requests_total", "gaia_sync_lag_seconds", "gaia_pending_sessions", "gaia_conflicts_open", "gaia_conflicts_total",
        "gaia_sessions", "gaia_migration_phase", "gaia_traffic_split_ratio", "gaia_rollout_epoch", "gaia_snapshot_age_seconds", "gaia_cluster_active_silos",
        "gaia_cluster_expected_silos", "gaia_cluster_quorum", "gaia_run_progress_ratio", "gaia_legacy_circuit", "gaia_adopted_sessions_total", "gaia_diff_noise_total", "gaia_shadow_reads_total",
    ];

    public static TheoryData<string> OfGateways =>
        ["gaia_requests_total", "gaia_migration_phase", "gaia_traffic_split_ratio", "gaia_rollout_epoch", "gaia_snapshot_age_seconds", "gaia_shadow_reads_total"];

    [Theory]
    [MemberData(nameof(OfSilos))]
    public void A_fresh_silo_has_it_and_says_what_it_is(string metric) => Has(cluster.FreshSilo, metric);

    [Theory]
    [MemberData(nameof(OfGateways))]
    public void A_fresh_gateway_has_it_and_says_what_it_is(string metric) => Has(cluster.FreshGateway, metric);

    [Theory]
    [InlineData("gaia_errors_total", "code=circuit_open,operation=put,side=python")]
    [InlineData("gaia_errors_total", "code=timeout,operation=delete,side=python")]
    [InlineData("gaia_errors_total", "code=rejected,operation=put,side=python")]
    [InlineData("gaia_errors_total", "code=unavailable,operation=commit,side=go")]
    [InlineData("gaia_dual_writes_total", "mode=go_leads,outcome=success")]
    [InlineData("gaia_dual_writes_total", "mode=go_leads,outcome=failed")]
    [InlineData("gaia_dual_writes_total", "mode=python_leads,outcome=partial")]
    [InlineData("gaia_requests_total", "method=PUT,served_by=go,status=201")]
    [InlineData("gaia_requests_total", "method=GET,served_by=python,status=503")]
    [InlineData("gaia_requests_total", "method=DELETE,served_by=none,status=503")]
    [InlineData("gaia_conflicts_total", "outcome=open")]
    [InlineData("gaia_adopted_sessions_total", "from=read")]
    [InlineData("gaia_diff_noise_total", "rule=timestamp")]
    [InlineData("gaia_shadow_reads_total", "side=go,verdict=different")]
    [InlineData("gaia_sync_lag_seconds", "")]
    [InlineData("gaia_pending_sessions", "")]
    [InlineData("gaia_conflicts_open", "")]
    [InlineData("gaia_run_progress_ratio", "kind=migrate")]
    [InlineData("gaia_run_progress_ratio", "kind=verify")]
    [InlineData("gaia_legacy_circuit", "state=open")]
    [InlineData("gaia_legacy_circuit", "state=half_open")]
    public void A_known_series_is_there_with_0(string metric, string labels) => Assert.Equal("0", cluster.FreshSilo.Series(metric)[labels]);

    [Fact]
    public void What_is_well_says_1()
    {
        Assert.Equal("1", cluster.FreshSilo.Series("gaia_legacy_circuit")["state=closed"]);
        Assert.Equal("1", cluster.FreshSilo.Series("gaia_cluster_quorum")[""]);
    }

    [Fact]
    public async Task Durations_are_there_once_something_has_taken_time()
    {
        var scrapes = await Task.WhenAll(cluster.Silos.Select(MonitoredCluster.Scraped));
        foreach (var scrape in scrapes) Has(scrape, "gaia_request_duration_seconds");
        // Told by the silo that has the session, and Orleans may have spared one of them.
        foreach (var metric in (string[])["gaia_side_duration_seconds", "gaia_dual_write_duration_seconds"]) Has(scrapes.First(s => s.Names.Contains(metric)), metric);
    }

    [Fact]
    public async Task A_method_that_nobody_knows_does_not_make_a_series_of_its_own()
    {
        await cluster.Send(new("BREW"), "api/sessions/session-000001");
        await cluster.Send(new("BREW2"), "api/sessions/session-000001");
        var scrape = await Eventually.Get(
            () => MonitoredCluster.Scraped(cluster.Gateway), s => s.Series("gaia_requests_total").Where(r => r.Key.Contains("method=other", StringComparison.Ordinal)).Sum(r => int.Parse(r.Value, System.Globalization.CultureInfo.InvariantCulture)) == 2,
            TimeSpan.FromSeconds(20));
        Assert.DoesNotContain("BREW", scrape.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_object_to_in_what_is_ours()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, (await MonitoredCluster.Scraped(cluster.Silo)).Ours());
            await ChildProcess.RunAsync(new("/bin/sh", "-c", "promtool check metrics <\"$0\"", file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Has(Scrape scrape, string metric)
    {
        Assert.Contains(metric, scrape.Names);
        Assert.Contains(metric, scrape.Helped);
    }
}
