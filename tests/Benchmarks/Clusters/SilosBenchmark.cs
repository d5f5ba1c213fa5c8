using System.Globalization;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Clusters;

/// <summary>What it costs that a session lives on one silo and its request may come to another.</summary>
internal sealed class SilosBenchmark : Benchmark
{
    private const int Sessions = 300;
    private const double RequestsPerSecond = 1_000;
    private const double Goal = 1.25;

    public override string Name => "silos";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var three = await Started(silos: 3, cancellation);
        await using var one = await Started(silos: 1, cancellation);
        var rounds = await Rounds.Take(size, "µs CPU", () => MicrosEach(three, size, cancellation), () => MicrosEach(one, size, cancellation));
        double[] idle = [await IdleMillis(three, size, cancellation), await IdleMillis(one, size, cancellation)];
        return Row.Of(
            Name, "µs CPU", rounds, $"≤ {Goal:0.00} ×", (_, ratio) => ratio <= Goal,
            string.Create(CultureInfo.InvariantCulture, $"CPU time of the silos for a request, a third of them dual writes, at 100 %, {RequestsPerSecond:0} a second spread over three silos; theirs: one silo that has all sessions. What silos do when nobody asks them is in both, three times in ours: {idle[0]:0} and {idle[1]:0} ms CPU a second"))
            .LimitedBy("two of three requests go on to another silo, where a read is a message that it does not need at home, and three silos probe, renew leases and count while nobody asks them");
    }

    private static async Task<BenchCluster> Started(int silos, CancellationToken cancellation)
    {
        var cluster = await BenchCluster.Start(Sessions, cancellation, silos);
        try
        {
            await cluster.Run("migrate", cancellation);
            await cluster.Split(100, cancellation);
            return cluster;
        }
        catch
        {
            // Left running it would slow down every row after this one.
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task<double> IdleMillis(BenchCluster cluster, BenchSize size, CancellationToken cancellation)
    {
        var pids = cluster.Processes.Silos.Select(s => s.Pid).ToArray();
        var before = ProcessCost.CpuTime(pids);
        using (var timer = new PeriodicTimer(size.Load)) await timer.WaitForNextTickAsync(cancellation);
        return (ProcessCost.CpuTime(pids) - before).TotalMilliseconds / size.LoadSeconds;
    }

    private static async Task<double> MicrosEach(BenchCluster cluster, BenchSize size, CancellationToken cancellation)
    {
        var pids = cluster.Processes.Silos.Select(s => s.Pid).ToArray();
        var before = ProcessCost.CpuTime(pids);
        await using var load = ClientLoad.Start([.. cluster.Processes.Silos.Select(s => s.Url)], Sessions, RequestsPerSecond, cancellation);
        using (var timer = new PeriodicTimer(size.Load)) await timer.WaitForNextTickAsync(cancellation);
        await load.DisposeAsync();
        load.MustHaveHeld(RequestsPerSecond * size.LoadSeconds);
        return (ProcessCost.CpuTime(pids) - before).TotalMicroseconds / load.Answered;
    }
}
