using System.Globalization;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>How long the sessions of a lost silo cannot be changed, with the settings that ship and with Orleans' own.</summary>
/// <param name="name">Of the row.</param>
/// <param name="what">What happens to the silo, in words.</param>
/// <param name="strike">Does it.</param>
/// <param name="seconds">The goal for 95 of 100 sessions.</param>
internal sealed class LostSiloBenchmark(string name, string what, Func<SiloProcess, Task> strike, double seconds) : Benchmark
{
    private const double Share = 0.3;

    public static LostSiloBenchmark Kill => new("failover", "SIGKILL", silo => silo.KillAsync(), 3);

    public static LostSiloBenchmark Freeze => new("freeze", "SIGSTOP", silo => silo.SuspendAsync(), 8);

    public override string Name => name;

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        // Each loss is one moment of the detector's clockwork: what matters is how they differ, so ours are twice as many.
        var ours = await Strikes("ours", DetectionSettings.Shipped, 2 * size.Losses, cancellation);
        var theirs = await Strikes("theirs", DetectionSettings.OrleansDefaults, size.Losses, cancellation);
        var all = ours.SelectMany(s => s.All).ToList();
        var p95 = Strike.Percentile(all, 95);
        var (against, goal) = (P95(theirs), $"≤ {seconds:0} s and ≤ {Share:0.0} ×");
        // All losses of a kind together: which of ours and theirs make a pair is nothing but their order.
        var spread = theirs.Select((t, i) => P95([ours[2 * i], ours[2 * i + 1]]) / P95([t])).ToList();
        var met = Meets(p95);
        return new Row(
            name, p95, against, "s p95", p95 / against, (spread.Max() - spread.Min()) / Row.Median(spread), goal, met,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} of a silo, {ours.Count} times, and until its sessions could be changed again ({all.Count} in all): p50 {Strike.Percentile(all, 50):0.00}, p95 {p95:0.00}, longest {all.Max():0.00} s; p95 through silos {Strike.Percentile(ours.SelectMany(s => s.ThroughSilos), 95):0.00}, through the standalone gateway {Strike.Percentile(ours.SelectMany(s => s.ThroughGateway), 95):0.00}; declared dead after {ours.Max(s => s.DeclaredDead.TotalSeconds):0.00} s at most; {ours.Sum(s => s.Failed)} requests failed; theirs: Orleans' default settings, {theirs.Count} times"))
        {
            // The sessions of one loss are late together.
            Divided = ours.Any(loss => Meets(P95([.. ours.Where(o => o != loss)])) != met),
        }.Because("until the silo is declared dead it is not known to be gone, then the lease by which it may still answer reads has to end, and a gateway that hears nothing asks again after that");

        bool Meets(double p95) => p95 <= seconds && p95 / against <= Share;
    }

    private static double P95(IReadOnlyList<Strike> strikes) => Strike.Percentile(strikes.SelectMany(s => s.All), 95);

    private async Task<IReadOnlyList<Strike>> Strikes(string whose, IReadOnlyDictionary<string, string?> settings, int count, CancellationToken cancellation)
    {
        await using var cluster = await FailoverCluster.Start(settings, cancellation);
        var strikes = new List<Strike>();
        for (var i = 1; i <= count; i++)
        {
            strikes.Add(await cluster.Lose(strike, cancellation));
            Report.Note($"{whose}, {what} {i}: {strikes[^1]}");
        }

        return strikes;
    }
}
