using System.Net.Http.Json;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>A real cluster, and what its parts told before anybody had asked them for anything; then a migration, traffic, and a Prometheus that watches it.</summary>
public sealed class MonitoredCluster : IAsyncLifetime
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(40) };
    private LocalCluster _cluster = null!;

    public PrometheusProcess Prometheus { get; private set; } = null!;

    /// <summary>The first silo's answer to its first scrape.</summary>
    public Scrape FreshSilo { get; private set; } = null!;

    /// <summary>The gateway's.</summary>
    public Scrape FreshGateway { get; private set; } = null!;

    public Uri Silo => _cluster.Silos[0].Url;

    public IEnumerable<Uri> Silos => _cluster.Silos.Select(s => s.Url);

    public Uri Gateway => _cluster.Gateway.Url;

    public async Task InitializeAsync()
    {
        _cluster = await LocalCluster.StartAsync(sessions: 200, settings: new Dictionary<string, string?> { ["Gateway__ShadowRate"] = "1" });
        // The gauges over the whole cluster are read in the background: once, right after the start.
        FreshSilo = await Eventually.Get(() => Scraped(Silo), s => s.Names.Contains("gaia_pending_sessions"), TimeSpan.FromSeconds(30));
        FreshGateway = await Scraped(Gateway);
        await Post(Silo, "api/migration/dual-write", new { enabled = true, mode = "go_leads", ack = "both", reason = "monitoring" });
        await Post(Silo, "api/migration/runs", new { kind = "migrate" });
        await Post(Silo, "api/traffic-split", new { go_percentage = 50, python_percentage = 50, reason = "monitoring", force = true });
        await Traffic();
        Prometheus = await PrometheusProcess.Start(new Dictionary<string, Uri>
        {
            ["gaia_node_1:8080"] = _cluster.Silos[0].Url,
            ["gaia_node_2:8080"] = _cluster.Silos[1].Url,
            ["gaia_node_3:8080"] = _cluster.Silos[2].Url,
            ["load_balancer:8080"] = Gateway,
        });
        await Prometheus.Scrapes(1);
        await Traffic();
        await Prometheus.Scrapes(3);
    }

    public async Task DisposeAsync()
    {
        if (Prometheus is not null) await Prometheus.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    public static async Task<Scrape> Scraped(Uri url) => new(await Http.GetStringAsync(new Uri(url, "metrics")));

    public async Task<System.Net.HttpStatusCode> Send(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(Gateway, path));
        using var answer = await Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task Post(Uri url, string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(url, path), body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Each kind of request, on sessions of both cohorts, through the gateway and through every silo.</summary>
    private async Task Traffic()
    {
        foreach (var url in _cluster.Silos.Select(s => s.Url).Append(Gateway))
        {
            for (var n = 1; n <= 20; n++)
            {
                var session = new Uri(url, $"api/sessions/session-{n:000000}");
                using var read = await Http.GetAsync(session);
                Assert.True(read.IsSuccessStatusCode, $"{session}: {(int)read.StatusCode}");
                using var changed = await Http.PatchAsync(session, JsonContent.Create(new { current_task_count = n }));
                Assert.True(changed.IsSuccessStatusCode, $"{session}: {(int)changed.StatusCode} {await changed.Content.ReadAsStringAsync()}");
            }
        }
    }
}

[CollectionDefinition(Name)]
public sealed class MonitoredClusterTests : ICollectionFixture<MonitoredCluster>
{
    public const string Name = "monitored cluster";
}
