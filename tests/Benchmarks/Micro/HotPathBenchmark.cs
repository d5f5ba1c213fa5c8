using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Micro;

/// <summary>What every request runs through, measured by BenchmarkDotNet within this process: time and allocation of one pass.</summary>
/// <param name="name">Of the row.</param>
/// <param name="path">With the methods <see cref="Ours"/> and <see cref="Theirs"/>.</param>
/// <param name="mostNs">The goal: nanoseconds a pass.</param>
/// <param name="mostBytes">The goal: bytes allocated a pass.</param>
/// <param name="what">Ours and theirs, in words.</param>
internal sealed class HotPathBenchmark(string name, Type path, double mostNs, long mostBytes, string what) : Benchmark
{
    public const string Ours = "Ours", Theirs = "Theirs";

    public static HotPathBenchmark Route => new(
        "route", typeof(RoutePath), 1_000, 0, "the decision about one session's side at 50 %; theirs: looking it up in a ConcurrentDictionary that holds every side");

    public static HotPathBenchmark Read => new(
        "snapshot", typeof(SnapshotPath), 500, 48, "a read of a session that lives on the silo, under its lease; theirs: looking its bytes up in a ConcurrentDictionary");

    public static HotPathBenchmark Batch => new(
        "batch", typeof(BatchPath), 8_000, 2_000, "one change of a batch of 64 taken apart into the columns of its statement; theirs: parsing its document");

    public static HotPathBenchmark Diff => new(
        "diff", typeof(DiffPath), 10_000, 2_000, "both documents of a session compared field by field under the rules; theirs: JsonElement.DeepEquals of the two");

    public override string Name => name;

    public override Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("gaia-bench-");
        try
        {
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(size.Rounds + 2))
                .AddDiagnoser(MemoryDiagnoser.Default).AddLogger(NullLogger.Instance).WithArtifactsPath(folder.FullName).WithOptions(ConfigOptions.DisableLogFile);
            var summary = BenchmarkRunner.Run(path, config);
            var (ours, theirs) = (Of(summary, Ours), Of(summary, Theirs));
            var bytes = ours.GcStats.GetBytesAllocatedPerOperation(ours.BenchmarkCase) ?? throw new BenchFailedException("nothing was counted");
            return Task.FromResult(Row.Of(
                name, "ns", [.. Nanoseconds(ours).Zip(Nanoseconds(theirs))], string.Create(CultureInfo.InvariantCulture, $"≤ {mostNs:#,0} ns, ≤ {mostBytes} bytes"), (ns, _) => ns <= mostNs && bytes <= mostBytes,
                string.Create(CultureInfo.InvariantCulture, $"{what}; {bytes} bytes allocated"))
                .Because("the time is the processor's, which others may use as well; what is allocated is the same everywhere"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchmarkReport Of(Summary summary, string method) =>
        summary.Reports.SingleOrDefault(r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name == method && r.Success)
        ?? throw new BenchFailedException($"{method}: {string.Join("; ", summary.ValidationErrors.Select(e => e.Message).DefaultIfEmpty("BenchmarkDotNet could not run it"))}");

    private static IEnumerable<double> Nanoseconds(BenchmarkReport report) => report.GetResultRuns().Select(r => r.Nanoseconds / r.Operations);
}
