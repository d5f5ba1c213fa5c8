using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GaiaOrleans.Deploy.Tests.Files;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Monitoring;

/// <summary>A real Prometheus with the configuration and the rules that are deployed, but for where its targets are and how often it asks.</summary>
public sealed partial class PrometheusProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly int _targets;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-prometheus-");
    private readonly ChildProcess _process;
    private readonly Uri _url;

    private PrometheusProcess(IReadOnlyDictionary<string, Uri> targets)
    {
        _targets = targets.Count;
        _url = new($"http://127.0.0.1:{FreePort.Next()}/");
        var key = Path.Combine(_folder.FullName, "viewer_key");
        File.WriteAllText(key, "no key is asked for on loopback");
        File.Copy(DeployFile.PathTo("prometheus", "rules.yml"), Path.Combine(_folder.FullName, "rules.yml"));
        var config = DeployFile.Text("prometheus", "prometheus.yml").Replace("/run/secrets/viewer_key", key, StringComparison.Ordinal);
        foreach (var (name, url) in targets.Append(new("127.0.0.1:9090", _url))) config = config.Replace($"\"{name}\"", $"\"{url.Authority}\"", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder.FullName, "prometheus.yml"), Interval().Replace(config, "_interval: 1s"));
        _process = ChildProcess.Start(new(
            "prometheus", $"--config.file={Path.Combine(_folder.FullName, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}",
            $"--web.listen-address={_url.Authority}", "--log.level=warn"));
    }

    /// <param name="targets">Name and port as the shipped configuration has them, and where they are here.</param>
    public static async Task<PrometheusProcess> Start(IReadOnlyDictionary<string, Uri> targets)
    {
        var prometheus = new PrometheusProcess(targets);
        try
        {
            await prometheus._process.WaitForUrlAsync(new(prometheus._url, "-/ready"), TimeSpan.FromSeconds(60));
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>An instant query's samples; their labels and values.</summary>
    public async Task<IReadOnlyList<(JsonObject Labels, double Value)>> Query(string query)
    {
        using var answer = await Http.PostAsync(new Uri(_url, "api/v1/query"), new FormUrlEncodedContent([new("query", query)]));
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True(body["status"]!.GetValue<string>() == "success", $"{query}: {body["error"]}");
        return [.. body["data"]!["result"]!.AsArray().Select(s => (s!["metric"]!.AsObject(), double.Parse(s["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture)))];
    }

    /// <summary>Returns when every target has been asked <paramref name="more"/> times more than now.</summary>
    public async Task Scrapes(int more)
    {
        var before = await Fewest();
        await Eventually.Get(Fewest, n => n >= before + more, TimeSpan.FromSeconds(60));
    }

    /// <summary>How often the target was asked that was asked least. A target that was not asked yet has no sample at all, and is asked up to an interval after the others.</summary>
    private async Task<double> Fewest()
    {
        var asked = await Query("""count_over_time(up{job=~"gaia-.*"}[1h])""");
        return asked.Count < _targets ? 0 : asked.Min(s => s.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"_interval: \d+s")]
    private static partial Regex Interval();
}
