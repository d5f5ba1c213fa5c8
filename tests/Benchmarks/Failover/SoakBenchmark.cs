using System.Globalization;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>Whether a machine that has no time left makes silos take each other for dead.</summary>
internal sealed class SoakBenchmark : Benchmark
{
    private const int ProgramsPerCore = 2;

    public override string Name => "soak";

    public override bool OnlyByName => true;

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await FailoverCluster.Start(DetectionSettings.Shipped, cancellation);
        var busy = Enumerable.Range(0, ProgramsPerCore * Environment.ProcessorCount).Select(_ => ChildProcess.Start(new("sh", "-c", "while :; do :; done"))).ToList();
        try
        {
            var length = TimeSpan.FromMinutes(size.SoakMinutes);
            var soak = await cluster.Soak(length, cancellation);
            return new(
                Name, soak.Evictions, 0, "evictions", 0, 0, "none", soak.Evictions == 0 && soak.Failed < soak.Changes,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"three silos that all live, for {length.TotalMinutes:0} minutes beside {busy.Count} programs that only compute, on {Environment.ProcessorCount} cores; {soak.Changes:#,0} changes by {soak.Clients} clients meanwhile, {soak.Failed} of them failed; readiness was lost {soak.NotReady} times in {soak.Looks} looks"));
        }
        finally
        {
            foreach (var program in busy) await program.DisposeAsync();
        }
    }
}

/// <summary>What a soak came to.</summary>
/// <param name="Evictions">Silos that the membership table counts as dead.</param>
/// <param name="NotReady">Looks at a silo's readiness that found none.</param>
internal sealed record Soak(int Evictions, int Clients, int Changes, int Failed, int Looks, int NotReady);
