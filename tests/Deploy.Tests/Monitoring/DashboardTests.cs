using System.Text.Json.Nodes;
using GaiaOrleans.Deploy.Tests.Files;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>Every query that Grafana would make, made by hand against a Prometheus that watches a real cluster.</summary>
[Collection(MonitoredClusterTests.Name)]
public sealed class DashboardTests(MonitoredCluster cluster)
{
    private static readonly IReadOnlyList<(string File, JsonNode Json)> Dashboards =
        [.. Directory.GetFiles(DeployFile.PathTo("grafana", "dashboards"), "*.json").Order().Select(f => (Path.GetFileName(f), JsonNode.Parse(File.ReadAllText(f))!))];

    public static TheoryData<string, string, string> Queries()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (file, json) in Dashboards)
            foreach (var panel in Panels(json))
                foreach (var target in panel["targets"].Items())
                    data.Add(file, panel["title"].Said(), target["expr"].Said());
        return data;
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_panel_shows_figures(string file, string panel, string query)
    {
        // A scrape that a machine without time has missed is followed by the next.
        await Eventually.Get(
            async () => new Shown($"{file}, {panel}: {query}", await cluster.Prometheus.Query(query.Replace("$__rate_interval", "10m", StringComparison.Ordinal))),
            shown => shown.Samples.Any(s => double.IsFinite(s.Value)), TimeSpan.FromSeconds(30));
    }

    // What is said where it shows none.
    private sealed record Shown(string Panel, IReadOnlyList<(JsonObject Labels, double Value)> Samples)
    {
        public override string ToString() => $"{Panel} answers {Samples.Count} samples and no figure";
    }

    [Fact]
    public async Task The_rules_raise_no_alarm_about_a_healthy_cluster()
    {
        Assert.Empty((await cluster.Prometheus.Query("""ALERTS{alertstate="firing"}""")).Select(s => s.Labels.ToJsonString()));
        // Also none that only waits for its time: what is always true waits until it fires. What the start brought is soon over, but for two that look back five minutes.
        const string soon = """ALERTS{alertname!~"GaiaTargetSlow|GaiaDualWriteUnsuccessful"}""";
        await Eventually.Get(async () => string.Join('\n', (await cluster.Prometheus.Query(soon)).Select(s => s.Labels.ToJsonString())), alerts => alerts.Length == 0, TimeSpan.FromSeconds(90));
        Assert.Equal(4, (await cluster.Prometheus.Query("""up{job=~"gaia-.*"} == 1""")).Count);
    }

    [Fact]
    public void Every_dashboard_can_be_found_and_told_from_the_others()
    {
        Assert.Equal(["cluster.json", "dual-write.json", "migration.json"], Dashboards.Select(d => d.File));
        Assert.Equal(3, Dashboards.Select(d => d.Json["uid"].Said()).Distinct().Count());
        foreach (var (file, json) in Dashboards)
        {
            var ids = Panels(json).Select(p => p["id"]!.GetValue<int>()).ToList();
            Assert.True(ids.Count == ids.Distinct().Count(), $"{file} has two panels of one id");
        }
    }

    [Fact]
    public void Every_panel_asks_the_data_source_that_is_provisioned_and_says_what_it_shows()
    {
        var source = DeployFile.Yaml("grafana", "provisioning", "datasources", "prometheus.yaml").Single()["datasources"].Items().Single();
        Assert.Equal("http://prometheus:9090", source["url"].Said());
        foreach (var panel in Dashboards.SelectMany(d => Panels(d.Json)))
        {
            Assert.Equal(source["uid"].Said(), panel["datasource"]!["uid"].Said());
            Assert.False(string.IsNullOrWhiteSpace(panel["description"]?.Said()), panel["title"].Said());
        }

        var provider = DeployFile.Yaml("grafana", "provisioning", "dashboards", "gaia.yaml").Single()["providers"].Items().Single();
        var mounted = DeployFile.Yaml("compose", "compose.yaml").Single()["services"]!["grafana"]!["volumes"].Items().Select(v => v.Said());
        Assert.Contains($"../grafana/dashboards:{provider["options"]!["path"].Said()}:ro", mounted);
    }

    [Fact]
    public void Panels_do_not_lie_on_each_other()
    {
        foreach (var (file, json) in Dashboards)
        {
            var cells = Panels(json).SelectMany(p => Cells(p["gridPos"]!)).ToList();
            Assert.True(cells.Count == cells.Distinct().Count(), $"{file} has panels that overlap");
        }
    }

    [Fact]
    public void What_is_scraped_is_what_is_deployed()
    {
        var services = DeployFile.Yaml("compose", "compose.yaml").Single()["services"].Members().Select(s => s.Key).ToList();
        var targets = DeployFile.Yaml("prometheus", "prometheus.yml").Single()["scrape_configs"].Items()
            .Where(s => s["job_name"].Said() != "prometheus").SelectMany(s => s["static_configs"].Items()).SelectMany(s => s["targets"].Items()).Select(t => t.Said()).ToList();
        Assert.Equal(4, targets.Count);
        Assert.All(targets, t => Assert.Contains(t.Split(':')[0], services));
    }

    private static IEnumerable<JsonNode> Panels(JsonNode dashboard) => dashboard["panels"].Items().Where(p => p["type"].Said() != "row");

    private static IEnumerable<(int X, int Y)> Cells(JsonNode at) =>
        from x in Enumerable.Range(at["x"]!.GetValue<int>(), at["w"]!.GetValue<int>())
        from y in Enumerable.Range(at["y"]!.GetValue<int>(), at["h"]!.GetValue<int>())
        select (x, y);
}
