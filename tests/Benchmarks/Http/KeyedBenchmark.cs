using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Http;

/// <summary>What it costs to remember the answer of each write under the client's key.</summary>
internal sealed class KeyedBenchmark : Benchmark
{
    // So few that each has had more keys by the first round than it remembers by itself: from then on a key that is new to it is looked up.
    private const int Sessions = 100;
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
            size, "writes/s", () => Wrk.Writes(silo, Sessions, keyed: true, size.Load, cancellation), () => Wrk.Writes(silo, Sessions, keyed: false, size.Load, cancellation));
        return Row.Of(
            Name, "writes/s", rounds, $"≥ {Goal:0.0} ×", (_, ratio) => ratio >= Goal,
            $"PATCH of {Sessions} sessions over HTTP, ack leader, each with an Idempotency-Key of its own, more of them than a session remembers by itself; theirs: without; 64 connections of wrk")
            .LimitedBy("each key is a row of its own with two indexes, and looked for among the older ones by the statement that stores the change");
    }
}
