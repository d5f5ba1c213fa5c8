using System.Diagnostics;
using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Rollouts;

/// <summary>From the word to legacy leading again with nothing left that it lacks, where it lacked nothing and where it was away and missed changes.</summary>
internal sealed class RollbackBenchmark : Benchmark
{
    private const int Sessions = 1_000;
    private const double GuideSeconds = 5 * 60;
    private const double Goal = 1, GoalWithPending = 3;

    public override string Name => "rollback";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation, silos: 3);
        await cluster.Run("migrate", cancellation);
        var rounds = new List<(double Ours, double Theirs)>();
        var pending = new List<double>();
        for (var i = 0; i <= size.Rounds; i++)
        {
            var quiet = await Seconds(cluster, missed: false, cancellation);
            var missed = await Seconds(cluster, missed: true, cancellation);
            Report.Note(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "warm-up" : $"round {i}")}: {quiet:0.000} s with nothing pending, {missed:0.000} s with {Sessions} pending"));
            if (i == 0) continue;
            rounds.Add((quiet, GuideSeconds));
            pending.Add(missed);
        }

        var (quietly, withPending) = (Row.Median(rounds.Select(r => r.Ours)), Row.Median(pending));
        return Row.Of(
            Name, "s", rounds, $"≤ {Goal:0} s, ≤ {GoalWithPending:0} s with {Sessions} pending", quietly <= Goal && withPending <= GoalWithPending,
            Row.AreDivided([.. rounds.Select(r => r.Ours <= Goal)], quietly <= Goal) || Row.AreDivided([.. pending.Select(p => p <= GoalWithPending)], withPending <= GoalWithPending),
            string.Create(CultureInfo.InvariantCulture, $"POST /api/migration/rollback from 100 %, 3 silos and a standalone gateway, until it answers that all has drained; with {Sessions} sessions changed while GAIA_HOME refused every write {withPending:0.00} s; theirs: the five minutes that the guide plans"))
            .Because("what was refused waits until GAIA_HOME's circuit may be tried again (Legacy:Breaker:Break, 1 s), and is sent by as many at once as GAIA_HOME is asked by");
    }

    private static async Task<double> Seconds(BenchCluster cluster, bool missed, CancellationToken cancellation)
    {
        await cluster.Split(100, cancellation);
        if (missed)
        {
            await cluster.Processes.Legacy.SetFaultsAsync(new { refuse_writes = 503 }, cancellation);
            await cluster.ChangeAll(cancellation);
            await using var command = cluster.Database.CreateCommand("SELECT count(*) FROM session_records WHERE legacy_version < version");
            var pending = (long)(await command.ExecuteScalarAsync(cancellation))!;
            if (pending < Sessions) throw new BenchFailedException($"only {pending} of {Sessions} were pending when GAIA_HOME came back");
            // Not before: what is due by then would be sent while they are counted.
            await cluster.Processes.Legacy.ClearFaultsAsync(cancellation);
        }

        var started = Stopwatch.GetTimestamp();
        var result = await cluster.Post("api/migration/rollback", new { reason = "benchmark", drain_timeout_s = 60 }, cancellation);
        var took = Stopwatch.GetElapsedTime(started);
        return result["drained"]!.GetValue<bool>() ? took.TotalSeconds : throw new BenchFailedException($"not drained: {result.ToJsonString()}");
    }
}
