using System.Globalization;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>A session a row, through its grain and a durable commit, against COPY, which knows neither.</summary>
internal sealed class MigrateBenchmark(RunRounds rounds) : Benchmark
{
    public override string Name => "migrate";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        var taken = await rounds.Take(size, cancellation);
        return Row.Of(
            Name, "sessions/s", [.. taken.Select(r => (r.Migrate, r.Copy))], "≥ 0.25 × and ≥ 5 000/s", (ours, ratio) => ratio >= 0.25 && ours >= 5_000,
            $"one silo, end to end; theirs: COPY of the same {size.Sessions} rows into the same PostgreSQL, which checks, compares and serves nothing meanwhile")
            .Because(string.Create(
                CultureInfo.InvariantCulture,
                $"a session takes {Micros(r => r.Migrate):0.0} µs, of which GAIA_HOME's list alone would take {Micros(r => r.List):0.0} and COPY {Micros(r => r.Copy):0.0}; the rest is checking, canonical form, hash and columns, and what they wait for each other"));

        double Micros(Func<RunRound, double> rate) => 1e6 / Row.Median(taken.Select(rate));
    }
}
