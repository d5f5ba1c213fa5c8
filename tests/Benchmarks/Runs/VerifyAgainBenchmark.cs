using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>The second verification of a store that has not changed: hashes of buckets instead of fields.</summary>
internal sealed class VerifyAgainBenchmark(RunRounds rounds) : Benchmark
{
    public override string Name => "verify-again";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        var taken = await rounds.Take(size, cancellation);
        return Row.Of(
            Name, "sessions/s", [.. taken.Select(r => (r.VerifyAgain, r.Verify))], "≥ 1.5 × verify", (_, ratio) => ratio >= 1.5,
            $"legacy is listed and every row is looked at all the same: only that shows a change; GAIA_HOME's list alone: {Row.Median(taken.Select(r => r.List)):#,0} sessions/s")
            .Because($"what is left of a second verification is the list ({Row.Median(taken.Select(r => r.List)):#,0} sessions/s alone), a hash of each of its records, and a number of each row from the database");
    }
}
