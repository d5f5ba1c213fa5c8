using System.Net.Http.Json;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>One silo that reports to a collector, before and after its GAIA_HOME is gone.</summary>
public sealed class TroubledCluster : IAsyncLifetime
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(40) };
    private LocalCluster _cluster = null!;

    public CollectorDouble Collector { get; private set; } = null!;

    public SiloProcess Silo => _cluster.Silos[0];

    public async Task InitializeAsync()
    {
        Collector = new();
        _cluster = await LocalCluster.StartAsync(silos: 1, sessions: 50, settings: new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Url.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        });
        using var on = await Http.PostAsJsonAsync(new Uri(Silo.Url, "api/migration/dual-write"), new { enabled = true, mode = "go_leads", reason = "tests" });
        Assert.True(on.IsSuccessStatusCode, await on.Content.ReadAsStringAsync());
        for (var n = 1; n <= 20; n++) await Change(n);
        await _cluster.Legacy.KillAsync();
        for (var n = 1; n <= 20; n++) await Change(n);
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        await Collector.DisposeAsync();
    }

    /// <summary>The health check of the image, and its exit code.</summary>
    public static async Task<int> Probe(Uri url)
    {
        await using var probe = ChildProcess.Start(new("dotnet", Built.Program("Silo"), "--probe", url.ToString()));
        return await probe.WaitForExitAsync();
    }

    private async Task Change(int n)
    {
        using var answer = await Http.PatchAsync(new Uri(Silo.Url, $"api/sessions/session-{n:000000}"), JsonContent.Create(new { current_task_count = n }));
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
