using System.Diagnostics;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>Sessions a second of each thing that a round does once.</summary>
/// <param name="Copy">PostgreSQL loading the rows that migrate had written.</param>
/// <param name="List">GAIA_HOME alone, listing to somebody who parses its pages and does nothing else.</param>
internal sealed record RunRound(double Migrate, double Copy, double Verify, double VerifyAgain, double List);

/// <summary>The rounds that several rows are read from: taken once, by whoever asks first.</summary>
internal sealed class RunRounds
{
    private Task<IReadOnlyList<RunRound>>? _taken;

    public Task<IReadOnlyList<RunRound>> Take(BenchSize size, CancellationToken cancellation) =>
        _taken = _taken is { IsFaulted: false, IsCanceled: false } ? _taken : TakeAll(size, cancellation);

    private static async Task<IReadOnlyList<RunRound>> TakeAll(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(size.Sessions, cancellation);
        var rounds = new List<RunRound>();
        for (var i = 0; i <= size.Rounds; i++)
        {
            var round = await TakeOne(cluster, cancellation);
            Report.Note($"{(i == 0 ? "warm-up" : $"round {i}")}: {round}");
            if (i > 0) rounds.Add(round);
        }

        return rounds;
    }

    private static async Task<RunRound> TakeOne(BenchCluster cluster, CancellationToken cancellation)
    {
        await cluster.Empty(cancellation);
        await Disk.Written(cancellation);
        var migrate = await cluster.Run("migrate", cancellation);
        var copy = await CopyLoad.Measure(cluster.Database, cluster.Sessions, cancellation);
        var verify = await cluster.Run("verify", cancellation);
        var again = await cluster.Run("verify", cancellation);
        var started = Stopwatch.GetTimestamp();
        await LegacyWalk.Whole(cluster.Processes.Legacy.Url, cluster.Sessions, cancellation);
        var list = Stopwatch.GetElapsedTime(started);
        return new(Rate(migrate), Rate(copy), Rate(verify), Rate(again), Rate(list));

        double Rate(TimeSpan took) => Math.Round(cluster.Sessions / took.TotalSeconds);
    }
}
