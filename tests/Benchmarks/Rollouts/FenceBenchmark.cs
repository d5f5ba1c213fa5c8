using System.Diagnostics;
using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Gateway;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Benchmarks.Rollouts;

/// <summary>How long a change of the split takes until no gateway routes by the one before, while clients read and write through all of them.</summary>
internal sealed class FenceBenchmark : Benchmark
{
    private const int Sessions = 300;
    private const int ChangesEach = 10;
    private const double RequestsPerSecond = 200;
    private const double GoalMs = 300;
    private const int LongestPauseMs = 400;

    public override string Name => "fence";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation, silos: 3);
        await cluster.Run("migrate", cancellation);
        await using var load = ClientLoad.Start(cluster.Gateways, Sessions, RequestsPerSecond, cancellation);
        // Its connections are open and its sessions in memory by then.
        await Pause(size.Load, cancellation);
        var took = new List<double>();
        var draw = new Random(4711);
        var begun = Stopwatch.GetTimestamp();
        var answered = load.Answered;
        for (var i = 0; i < size.Rounds * ChangesEach; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await cluster.Split(10 + 10 * (i % 9), cancellation);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Pause(TimeSpan.FromMilliseconds(draw.Next(LongestPauseMs)), cancellation);
        }

        var perSecond = (load.Answered - answered) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await load.DisposeAsync();
        load.MustHaveHeld(load.Answered);
        if (perSecond < 0.9 * RequestsPerSecond) throw new BenchFailedException($"{perSecond:0} requests a second were answered");
        var (median, longest, bound) = (Row.Median(took), took.Max(), (new GatewayOptions().Lease + new RolloutOptions().Margin).TotalMilliseconds);
        return new Row(
            Name, median, 0, "ms median", 0, 0, $"median ≤ {GoalMs:0} ms, max ≤ lease + margin", median <= GoalMs && longest <= bound,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{took.Count} changes, 3 silos and a standalone gateway under {RequestsPerSecond:0} requests a second, a third of them writes; longest {longest:0} ms of {bound:0}; {load.Answered} requests answered, {load.Failed} without success"))
        {
            // The bound is for all of them: alone, one that met a machine standing still says little of the next run.
            Divided = Row.AreDivided([.. took.Select(t => t <= GoalMs)], median <= GoalMs) || (median <= GoalMs && longest > bound && took.Order().ElementAt(took.Count - 2) <= bound),
        }.Because("a change waits for every gateway, or for the lease of one that does not answer in time");
    }

    private static async Task Pause(TimeSpan length, CancellationToken cancellation)
    {
        if (length <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(length);
        await timer.WaitForNextTickAsync(cancellation);
    }
}
