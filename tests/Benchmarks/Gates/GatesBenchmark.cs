using System.Diagnostics;
using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Gates;

/// <summary>Every gate ahead over a month of windows, asked for over HTTP, beside the same figures summed from what the silos reported.</summary>
internal sealed class GatesBenchmark : Benchmark
{
    private const int Asked = 20;
    private const int Sessions = 100;
    private const double GoalMs = 50;

    public override string Name => "gates";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await WindowMonth.Plant(cluster.Database, cancellation);
        var rounds = new List<(double, double)>();
        for (var i = 0; i <= size.Rounds; i++)
        {
            var ours = await Median(Asked, () => cluster.Get("api/migration/plan?to=deprecation", cancellation));
            var theirs = await Median(1, () => WindowMonth.SumAll(cluster.Database, cancellation));
            Report.Note(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "warm-up" : $"round {i}")}: {ours:0.0} ms, summed anew {theirs:0.0} ms"));
            if (i > 0) rounds.Add((ours, theirs));
        }

        return Row.Of(
            Name, "ms", rounds, "≤ 50 ms", (ours, _) => ours <= GoalMs,
            string.Create(CultureInfo.InvariantCulture, $"every gate up to deprecation over {WindowMonth.Minutes} minutes of {WindowMonth.Silos} silos, median of {Asked} calls a round; theirs: one statement over the silos' rows, once a round"))
            .LimitedBy("the goal is a time and not a ratio, and this is the CPU's: one pass over a row for each minute, and one over a row for each hour with its latencies");
    }

    private static async Task<double> Median(int times, Func<Task> ask)
    {
        var took = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask();
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return Row.Median(took);
    }
}
