using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>The first verification after a migration: every field of every session is compared.</summary>
internal sealed class VerifyBenchmark(RunRounds rounds) : Benchmark
{
    public override string Name => "verify";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        var taken = await rounds.Take(size, cancellation);
        return Row.Of(
            Name, "sessions/s", [.. taken.Select(r => (r.Verify, r.Migrate))], "≥ 4 × migrate", (_, ratio) => ratio >= 4,
            $"in sync, nothing verified before; GAIA_HOME alone lists {Row.Median(taken.Select(r => r.List)):#,0} sessions/s to somebody who parses and does nothing else")
            .Because($"four times a migration are {4 * Median(r => r.Migrate):#,0} sessions/s; COPY of the same rows came to {Median(r => r.Copy):#,0}, and a verification that compares no field and has one number of each row (verify-again) to {Median(r => r.VerifyAgain):#,0}");

        double Median(Func<RunRound, double> rate) => Row.Median(taken.Select(rate));
    }
}
