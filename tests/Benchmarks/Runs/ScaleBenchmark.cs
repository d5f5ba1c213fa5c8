using System.Diagnostics;
using System.Globalization;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>What a session and a request cost in a large store and in a small one: CPU time of all three programs, because wall time is the neighbours' too.</summary>
internal sealed class ScaleBenchmark : Benchmark
{
    private const double RequestsPerSecond = 300;
    private const double Goal = 1.2;
    private const int RoundsOfMany = 3;
    private const int WarmUpsOfFew = 5;

    public override string Name => "scale";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var few = await BenchCluster.Start(BenchSize.FewSessions, cancellation);
        await using var many = await BenchCluster.Start(size.ManySessions, cancellation);
        var (small, large) = (new List<ProgramCosts>(), new List<ProgramCosts>());
        // Ten thousand sessions are a second: as many as the large store has in its first round compile nothing any more.
        for (var i = 0; i < WarmUpsOfFew; i++) await Session(few, cancellation);
        for (var i = 0; i < size.Rounds; i++) small.Add(await Session(few, cancellation));
        var fewMemory = few.SiloMemory;
        // A large store takes minutes a round, and has many pages to warm up with.
        for (var i = 0; i < RoundsOfMany; i++) large.Add(await Session(many, cancellation));
        var (session, sessionOfFew) = (Typical(large, All), Typical(small, All));
        await few.Settle(cancellation);
        await many.Settle(cancellation);
        var (idleMany, idleFew) = (await Idle(many, size, cancellation), await Idle(few, size, cancellation));
        var (ofMany, ofFew) = (new List<ProgramCosts>(), new List<ProgramCosts>());
        var requests = Row.Of(
            Name, "µs CPU", await Rounds.Take(size, "µs CPU a request", () => Request(many, idleMany, ofMany, size, cancellation), () => Request(few, idleFew, ofFew, size, cancellation)), $"≤ {Goal:0.0} ×", (_, ratio) => ratio <= Goal,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                a request, a third of them dual writes, {RequestsPerSecond:0}/s to the same {RequestsPerSecond * size.LoadSeconds:0} draws in every round, in memory since the first, out of {size.ManySessions} sessions against out of {BenchSize.FewSessions}, of which {Of(c => c.Silo.TotalMicroseconds)} the silo,
                 {Of(c => c.Postgres.TotalMicroseconds)} PostgreSQL and {Of(c => c.Legacy.TotalMicroseconds)} GAIA_HOME, with {Of(c => c.Log)} bytes of log and {Of(c => c.Pages)} pages read; a session migrated
                 and verified: {session:0} ({Range(large)}) of {sessionOfFew:0} µs ({Range(small)}), {session / sessionOfFew:0.00} ×; what the programs use when nobody asks them is in no request, {idleMany.All.TotalMilliseconds:0} and {idleFew.All.TotalMilliseconds:0} ms a second; the silo's memory after that {many.SiloMemory:0} and {fewMemory:0} MiB
                """).ReplaceLineEndings(""));
        var sessionsMeet = session / sessionOfFew <= Goal;
        // Three rounds that do not all say the same say nothing.
        var sessionsOpen = large.Any(round => All(round) / sessionOfFew <= Goal != sessionsMeet);
        var missed = requests.Verdict == Verdict.No || (!sessionsMeet && !sessionsOpen);
        return (requests with { Met = requests.Met && sessionsMeet, Divided = !missed && (requests.Divided || sessionsOpen) })
            .Because($"of what a request costs more, {Grown(Counted(ofMany), Counted(ofFew))}, and of a session migrated and verified {Grown(large, small)}");

        string Of(Func<ProgramCosts, double> part) => string.Create(CultureInfo.InvariantCulture, $"{Typical(Counted(ofMany), part):0.#} against {Typical(Counted(ofFew), part):0.#}");

        static string Grown(List<ProgramCosts> many, List<ProgramCosts> few) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Typical(many, c => c.Silo.TotalMicroseconds) - Typical(few, c => c.Silo.TotalMicroseconds):0} µs are the silo's, {Typical(many, c => c.Postgres.TotalMicroseconds) - Typical(few, c => c.Postgres.TotalMicroseconds):0} PostgreSQL's and {Typical(many, c => c.Legacy.TotalMicroseconds) - Typical(few, c => c.Legacy.TotalMicroseconds):0} GAIA_HOME's");

        static string Range(List<ProgramCosts> rounds) => string.Create(CultureInfo.InvariantCulture, $"{rounds.Min(All):0} to {rounds.Max(All):0} in {rounds.Count} rounds");

        static List<ProgramCosts> Counted(List<ProgramCosts> rounds) => [.. rounds.Skip(BenchSize.WarmUps)];

        static double Typical(List<ProgramCosts> rounds, Func<ProgramCosts, double> part) => Row.Median(rounds.Select(part));
    }

    private static double All(ProgramCosts costs) => costs.All.TotalMicroseconds;

    /// <summary>Of a second in which nobody asks.</summary>
    private static async Task<ProgramCosts> Idle(BenchCluster cluster, BenchSize size, CancellationToken cancellation)
    {
        var before = await cluster.Costs(cancellation);
        using (var timer = new PeriodicTimer(2 * size.Load)) await timer.WaitForNextTickAsync(cancellation);
        return (await cluster.Costs(cancellation)).Since(before, 2 * size.LoadSeconds);
    }

    private static async Task<ProgramCosts> Session(BenchCluster cluster, CancellationToken cancellation)
    {
        await cluster.Empty(cancellation);
        var before = await cluster.Costs(cancellation);
        await cluster.Run("migrate", cancellation);
        await cluster.Run("verify", cancellation);
        var cost = (await cluster.Costs(cancellation)).Since(before, cluster.Sessions);
        Report.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{cluster.Sessions} sessions: {cost.All.TotalMicroseconds:0} µs CPU each, {cost.Silo.TotalMicroseconds:0} the silo's, {cost.Postgres.TotalMicroseconds:0} PostgreSQL's and {cost.Legacy.TotalMicroseconds:0} GAIA_HOME's; silo {cluster.SiloMemory:0} MiB"));
        return cost;
    }

    private static async Task<double> Request(BenchCluster cluster, ProgramCosts idle, List<ProgramCosts> rounds, BenchSize size, CancellationToken cancellation)
    {
        var (before, begun) = (await cluster.Costs(cancellation), Stopwatch.GetTimestamp());
        await using var load = ClientLoad.Start([cluster.Processes.Silos[0].Url], cluster.Sessions, RequestsPerSecond, cancellation);
        using (var timer = new PeriodicTimer(size.Load)) await timer.WaitForNextTickAsync(cancellation);
        await load.DisposeAsync();
        load.MustHaveHeld(RequestsPerSecond * size.LoadSeconds);
        rounds.Add((await cluster.Costs(cancellation)).Since(before.And(idle, Stopwatch.GetElapsedTime(begun).TotalSeconds), load.Answered));
        return All(rounds[^1]);
    }
}
