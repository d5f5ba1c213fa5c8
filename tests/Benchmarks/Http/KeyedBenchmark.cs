using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Http;

/// <summary>What it costs to remember the answer of each write under the client's key.</summary>
internal sealed class KeyedBenchmark : Benchmark
{
    private const int Sessions = 1_000;
    private const double Goal = 0.7;

    public override string Name => "keyed";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.Run("migrate", cancellation);
        await cluster.Split(100, cancellation);
        await cluster.Post("api/migration/dual-write", new { ack = "leader", reason = "benchmark" }, cancellation);
        var silo = cluster.Processes.Silos[0].Url;
        var rounds = await Rounds.Take(
            size.Rounds, "writes/s", () => Wrk.Writes(silo, Sessions, keyed: true, size.Load, cancellation), () => Wrk.Writes(silo, Sessions, keyed: false, size.Load, cancellation));
        return Row.Of(
            Name, "writes/s", rounds, $"≥ {Goal:0.0} ×", (_, ratio) => ratio >= Goal,
            "PATCH over HTTP, ack leader, each with an Idempotency-Key of its own; theirs: without; 64 connections of wrk");
    }
}
