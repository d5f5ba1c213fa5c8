using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>What a session costs in a large store and in a small one: CPU time of all three programs, because wall time is the neighbours' too.</summary>
internal sealed class ScaleBenchmark : Benchmark
{
    public override string Name => "scale";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var few = await BenchCluster.Start(BenchSize.FewSessions, cancellation);
        await using var many = await BenchCluster.Start(size.ManySessions, cancellation);
        // Both warm, and by the same number of sessions.
        await Cost(few, cancellation);
        var small = new List<double>();
        var rounds = new List<(double, double)>();
        foreach (var _ in Enumerable.Range(0, size.Rounds)) small.Add(await Cost(few, cancellation));
        var fewMemory = few.SiloMemory;
        // A large store takes minutes a round, and has many pages to warm up with: one round.
        rounds.Add((await Cost(many, cancellation), Row.Median(small)));
        return Row.Of(
            Name, "µs CPU", rounds, "≤ 1.2 ×", (_, ratio) => ratio <= 1.2,
            string.Create(CultureInfo.InvariantCulture, $"a session migrated and verified, in a store of {size.ManySessions} (one round) against {BenchSize.FewSessions} (median of {size.Rounds}); the silo's memory after them {many.SiloMemory:0} and {fewMemory:0} MiB"));
    }

    private static async Task<double> Cost(BenchCluster cluster, CancellationToken cancellation)
    {
        await cluster.Empty(cancellation);
        var before = cluster.CpuTime;
        await cluster.Run("migrate", cancellation);
        await cluster.Run("verify", cancellation);
        var cost = (cluster.CpuTime - before).TotalMicroseconds / cluster.Sessions;
        Report.Note(string.Create(CultureInfo.InvariantCulture, $"{cluster.Sessions} sessions: {cost:0} µs CPU each, silo {cluster.SiloMemory:0} MiB"));
        return cost;
    }
}
