using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;
using HdrHistogram;

namespace GaiaOrleans.Benchmarks.Shadow;

/// <summary>What a client notices of shadow reads: the p99 of its reads when every one of them is repeated on the other side, and when none is.</summary>
internal sealed class ShadowBenchmark : Benchmark
{
    private const double PerSecond = 200;
    private const int Sessions = 1_000;
    private const double Goal = 1.1;
    private const double LeastRepeated = 0.95;

    public override string Name => "shadow";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.Run("migrate", cancellation);
        var shadowed = (await cluster.Processes.AddGatewayAsync("shadowed", new Dictionary<string, string?> { ["Gateway__ShadowRate"] = "1" })).Url;
        var (with, without) = (new List<HistogramBase>(), new List<HistogramBase>());
        var asked = 0L;
        var rounds = await Rounds.Take(
            size, "ms p99",
            async () =>
            {
                var latencies = await Reads(shadowed, size, cancellation);
                asked += latencies.TotalCount;
                return P99(latencies, with);
            },
            async () => P99(await Reads(cluster.Processes.Gateway.Url, size, cancellation), without));
        // Nobody else reads there, and the last of them are repeated a moment later.
        var repeated = await Repeated(shadowed, cancellation);
        if (repeated < LeastRepeated * asked) throw new BenchFailedException($"only {repeated:0} of {asked} reads were repeated");
        if (await Repeated(cluster.Processes.Gateway.Url, cancellation) > 0) throw new BenchFailedException("reads were repeated by the gateway that is to repeat none");
        // A round has a handful of reads beyond its p99: the verdict is that of all rounds together.
        var (ours, theirs, reads) = (Together(with, size, 99), Together(without, size, 99), with.TakeLast(size.Rounds).Sum(r => r.TotalCount));
        var met = ours / theirs <= Goal;
        var row = Row.Of(
            Name, "ms p99", rounds, $"≤ {Goal:0.0} ×", met, Enumerable.Range(0, size.Rounds).Any(round => Without(round) != met),
            string.Create(CultureInfo.InvariantCulture, $"reads through a standalone gateway, {PerSecond:0}/s open loop, {repeated / asked:0.0%} of them repeated against none; two gateways over one silo, by turns; p99 of all {reads} reads together {ours:0.00} of {theirs:0.00} ms")) with
        {
            Ours = ours,
            Theirs = theirs,
            Ratio = ours / theirs,
        };
        return row.Because(string.Create(
            CultureInfo.InvariantCulture,
            $"of the same reads p50 is {Together(with, size, 50):0.00} of {Together(without, size, 50):0.00} ms and p90 {Together(with, size, 90):0.00} of {Together(without, size, 90):0.00}; the p99 of single rounds was {Rounded(with)} with them and {Rounded(without)} without"));

        // One round that stood still has all of the reads beyond the p99.
        bool Without(int round) => Together(Except(with, round), 99) / Together(Except(without, round), 99) <= Goal;

        IEnumerable<HistogramBase> Except(List<HistogramBase> all, int round) => all.TakeLast(size.Rounds).Where((_, i) => i != round);

        string Rounded(List<HistogramBase> all) => string.Create(CultureInfo.InvariantCulture, $"{all.TakeLast(size.Rounds).Min(h => Milliseconds(h, 99)):0.0} to {all.TakeLast(size.Rounds).Max(h => Milliseconds(h, 99)):0.0} ms");
    }

    private static double P99(HistogramBase latencies, List<HistogramBase> all)
    {
        all.Add(latencies);
        return Milliseconds(latencies, 99);
    }

    /// <summary>Of all rounds but those that only warmed up.</summary>
    private static double Together(List<HistogramBase> all, BenchSize size, double percentile) => Together(all.TakeLast(size.Rounds), percentile);

    private static double Together(IEnumerable<HistogramBase> rounds, double percentile)
    {
        var together = new LongHistogram(OpenLoop.LongestMicros, 3);
        foreach (var round in rounds) together.Add(round);
        return Milliseconds(together, percentile);
    }

    private static double Milliseconds(HistogramBase latencies, double percentile) => latencies.GetValueAtPercentile(percentile) / 1_000.0;

    private static async Task<LongHistogram> Reads(Uri gateway, BenchSize size, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        return await OpenLoop.Run(PerSecond, size.Load, async n =>
        {
            using var answer = await http.GetAsync($"api/sessions/session-{n % Sessions + 1:000000}", cancellation);
            answer.EnsureSuccessStatusCode();
        }, cancellation);
    }

    /// <summary>By the gateway's own count, whatever was found.</summary>
    private static async Task<double> Repeated(Uri gateway, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(gateway, "metrics"), cancellation);
        return metrics.Split('\n').Where(l => l.StartsWith("gaia_shadow_reads", StringComparison.Ordinal)).Sum(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
