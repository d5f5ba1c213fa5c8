using System.Diagnostics;
using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>Whether a cluster at work holds more memory the longer it works: its last third of the time against the second, when everything has warmed up.</summary>
internal sealed class HeldMemoryBenchmark : Benchmark
{
    private const int Sessions = 2_000;
    private const int Silos = 3;
    private const int Samples = 180;
    private const double RequestsPerSecond = 200;
    private const double MostGrowth = 1.1;

    public override string Name => "memory-held";

    public override bool OnlyByName => true;

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation, Silos);
        await cluster.Split(50, cancellation);
        var length = TimeSpan.FromMinutes(3 * size.SoakMinutes);
        await using var load = ClientLoad.Start(cluster.Gateways, Sessions, RequestsPerSecond, cancellation);
        var begun = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(length / Samples);
        var held = new List<double>();
        while (held.Count < Samples)
        {
            await timer.WaitForNextTickAsync(cancellation);
            held.Add(cluster.Memory);
        }

        load.MustHaveHeld(RequestsPerSecond * Stopwatch.GetElapsedTime(begun).TotalSeconds);
        var thirds = held.Chunk(Samples / 3).Select(Row.Median).ToList();
        var (before, after) = (thirds[1], thirds[2]);
        return new(
            Name, after, before, "MiB", after / before, (held.TakeLast(Samples / 3).Max() - held.TakeLast(Samples / 3).Min()) / after, $"≤ {MostGrowth} ×", after / before <= MostGrowth,
            string.Create(
                CultureInfo.InvariantCulture,
                $"resident memory of {Silos} silos and a standalone gateway over {Stopwatch.GetElapsedTime(begun).TotalMinutes:0.0} minutes, {load.Answered:#,0} requests (a third of them writes to both sides), {load.Failed} failed; medians of the thirds: {thirds[0]:0}, {thirds[1]:0} and {thirds[2]:0} MiB; theirs is the second third"));
    }
}
