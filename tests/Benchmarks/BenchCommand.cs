using System.CommandLine;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Failover;
using GaiaOrleans.Benchmarks.Gates;
using GaiaOrleans.Benchmarks.Http;
using GaiaOrleans.Benchmarks.Micro;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Benchmarks.Rollouts;
using GaiaOrleans.Benchmarks.Runs;
using GaiaOrleans.Benchmarks.Shadow;
using GaiaOrleans.Benchmarks.Store;

namespace GaiaOrleans.Benchmarks;

internal static class BenchCommand
{
    public static RootCommand Create()
    {
        var all = All();
        var names = new Argument<string[]>("name") { Arity = ArgumentArity.ZeroOrMore, Description = $"Only these rows: {string.Join(", ", all.Select(b => b.Name))}. Without any, all but {string.Join(" and ", all.Where(b => b.OnlyByName).Select(b => b.Name))}." };
        names.AcceptOnlyFromAmong([.. all.Select(b => b.Name)]);
        var json = new Option<string?>("--json") { Description = "Also write the table here, as JSON." };
        var before = new Option<string?>("--before") { Description = "The JSON of an earlier run: its ratios stand beside these, and the last line says whether its verdicts still do." };
        var quick = new Option<bool>("--quick") { Description = "Small and short: to see that it works." };
        var command = new RootCommand("Measures the cluster side by side with what one would use instead, on this machine, in one run.") { names, json, before, quick };
        command.SetAction(async (parsed, cancellation) =>
        {
            EarlierRun? earlier;
            try
            {
                earlier = parsed.GetValue(before) is { } file ? EarlierRun.Read(file) : null;
            }
            catch (BenchFailedException e)
            {
                await Console.Error.WriteLineAsync($"bench: {e.Message}");
                return 2;
            }

            var chosen = parsed.GetValue(names) is { Length: > 0 } wanted ? all.Where(b => wanted.Contains(b.Name)) : all.Where(b => !b.OnlyByName);
            return await Run([.. chosen], parsed.GetValue(quick) ? BenchSize.Quick : BenchSize.Full, parsed.GetValue(json), earlier, cancellation);
        });
        return command;
    }

    private static IReadOnlyList<Benchmark> All()
    {
        var rounds = new RunRounds();
        return
        [
            StoreBenchmark.Orleans, StoreBenchmark.Npgsql, StoreBenchmark.Pgbench,
            ReadBenchmark.Direct, ReadBenchmark.Proxied, new ForwardBenchmark(), new DualWriteBenchmark(), new LeaderBenchmark(), new KeyedBenchmark(),
            new MigrateBenchmark(rounds), new VerifyBenchmark(rounds), new VerifyAgainBenchmark(rounds), new ScaleBenchmark(), new ShadowBenchmark(),
            new SilosBenchmark(), new StartBenchmark(), new MemoryBenchmark(), new GatesBenchmark(), new FenceBenchmark(), new RollbackBenchmark(),
            LostSiloBenchmark.Kill, LostSiloBenchmark.Freeze, HotPathBenchmark.Route, HotPathBenchmark.Read, HotPathBenchmark.Batch, HotPathBenchmark.Diff, new SoakBenchmark(), new HeldMemoryBenchmark(),
        ];
    }

    /// <summary>A row that misses its goal is a result like any other; only what could not be measured is a failure.</summary>
    private static async Task<int> Run(IReadOnlyList<Benchmark> chosen, BenchSize size, string? json, EarlierRun? before, CancellationToken cancellation)
    {
        var report = new Report(await Machine.Describe(cancellation), size, json, before);
        await report.Begin(cancellation);
        foreach (var benchmark in chosen)
        {
            try
            {
                await report.Add(await MeasureTwice(benchmark, size, cancellation), cancellation);
            }
            catch (BenchSkippedException e)
            {
                await report.Skip(benchmark.Name, e.Message, cancellation);
            }
            // Whatever kept this row from being measured, the others still can be.
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                await report.Fail(benchmark.Name, e.Message, cancellation);
            }
        }

        report.End();
        return report.Sound ? 0 : 1;
    }

    /// <summary>A machine that stood still for seconds may have kept it from being measured, and a run takes an hour: once more, and it is said.</summary>
    private static async Task<Row> MeasureTwice(Benchmark benchmark, BenchSize size, CancellationToken cancellation)
    {
        string trouble;
        try
        {
            return await benchmark.Measure(size, cancellation);
        }
        catch (Exception e) when (e is not BenchSkippedException && !cancellation.IsCancellationRequested)
        {
            trouble = e.Message;
            Report.Note($"{benchmark.Name} is measured once more: {trouble}");
        }

        var row = await benchmark.Measure(size, cancellation);
        return row with { Explanation = $"{row.Explanation}. Measured a second time, for the first could not be finished: {trouble}" };
    }
}
