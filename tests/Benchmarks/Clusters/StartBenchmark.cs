using System.Diagnostics;
using GaiaOrleans.Benchmarks.Peers;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Clusters;

/// <summary>From the start of the process to its readiness, against an Orleans silo with nothing in it.</summary>
internal sealed class StartBenchmark : Benchmark
{
    private const double Goal = 1.5;

    public override string Name => "start";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1);
        var silo = cluster.Silos[0];
        // A round is short, and the ratio near its goal.
        var rounds = await Rounds.Take(size with { Rounds = size.Rounds + 4 }, "s", Ours, Theirs);
        return Row.Of(
            Name, "s", rounds, $"≤ {Goal:0.0} ×", (_, ratio) => ratio <= Goal,
            "cold start of one silo, compiled ahead with its runtime as it ships, until /health/ready answers 200; theirs: an Orleans silo without grains in the same database, as it is built by default, until it has joined and its web server answers")
            .LimitedBy("loading types, joining, and putting all endpoints together for the first request");

        async Task<double> Ours()
        {
            await silo.StopAsync();
            var started = Stopwatch.GetTimestamp();
            await silo.RestartAsync();
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        async Task<double> Theirs()
        {
            var started = Stopwatch.GetTimestamp();
            await using var peer = await PeerProcess.Silo(cluster.ConnectionString, cancellation);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }
}
