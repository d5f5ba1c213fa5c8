using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Shadow;

/// <summary>What a client notices of shadow reads: the p99 of its reads when every one of them is repeated on the other side, and when none is.</summary>
internal sealed class ShadowBenchmark : Benchmark
{
    private const double PerSecond = 200;
    private const int Sessions = 1_000;

    public override string Name => "shadow";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.Run("migrate", cancellation);
        var shadowed = await cluster.Processes.AddGatewayAsync("shadowed", new Dictionary<string, string?> { ["Gateway__ShadowRate"] = "1" });
        var rounds = new List<(double Ours, double Theirs)>();
        for (var i = 0; i <= size.Rounds; i++)
        {
            var with = await P99(shadowed.Url, size, cancellation);
            var without = await P99(cluster.Processes.Gateway.Url, size, cancellation);
            Report.Note($"{(i == 0 ? "warm-up" : $"round {i}")}: p99 {with:0.00} ms with, {without:0.00} ms without");
            if (i > 0) rounds.Add((with, without));
        }

        return Row.Of(
            Name, "ms p99", rounds, "≤ 1.1 ×", (_, ratio) => ratio <= 1.1,
            $"reads through a standalone gateway, {PerSecond:0}/s open loop, every one repeated against none; two gateways over one silo, by turns");
    }

    private static async Task<double> P99(Uri gateway, BenchSize size, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        var latencies = await OpenLoop.Run(PerSecond, TimeSpan.FromSeconds(size.LoadSeconds), async n =>
        {
            using var answer = await http.GetAsync($"api/sessions/session-{n % Sessions + 1:000000}", cancellation);
            answer.EnsureSuccessStatusCode();
        }, cancellation);
        return latencies.GetValueAtPercentile(99) / 1_000.0;
    }
}
