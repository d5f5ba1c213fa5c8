using System.Globalization;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>What one silo's loss was to the sessions that it held.</summary>
/// <param name="DeclaredDead">Until the membership table said so.</param>
/// <param name="ThroughSilos">Outages of the sessions asked for through the silos that were left, in seconds.</param>
/// <param name="ThroughGateway">The same through the standalone gateway.</param>
/// <param name="Failed">Requests that were not answered with success.</param>
internal sealed record Strike(TimeSpan DeclaredDead, IReadOnlyList<double> ThroughSilos, IReadOnlyList<double> ThroughGateway, int Failed)
{
    public IEnumerable<double> All => ThroughSilos.Concat(ThroughGateway);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{All.Count()} sessions, declared dead after {DeclaredDead.TotalSeconds:0.00} s; served p50 {Percentile(All, 50):0.00}, p95 {Percentile(All, 95):0.00} s (silos {Percentile(ThroughSilos, 95):0.00}, gateway {Percentile(ThroughGateway, 95):0.00}), last {All.Max():0.00} s; {Failed} requests failed");

    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * percent / 100) - 1, 0, sorted.Count - 1)];
    }
}
