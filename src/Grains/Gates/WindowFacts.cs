using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Grains.Gates;

/// <summary>What the windows since a moment add up to.</summary>
/// <param name="UnbreachedAt50">As soaked since the guard was breached last, where it was.</param>
/// <param name="UnbreachedAt100">The same at 100 %.</param>
/// <param name="LastBreach">When the guard was breached last; null = not since that moment.</param>
public sealed record WindowFacts(
    WindowCounts Counts, WindowLatencies Latencies, TimeSpan SoakedAt50, TimeSpan UnbreachedAt50, TimeSpan UnbreachedAt100, DateTimeOffset? LastBreach)
{
    public static async Task<WindowFacts> Read(IWindowStore windows, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var now = await windows.Now(cancellationToken);
        var sums = windows.Sums(since, now, cancellationToken);
        var latencies = windows.Latencies(since, now, cancellationToken);
        var soaked = await windows.Soaked(since, now, 50, cancellationToken);
        var from = soaked.LastBreach ?? since;
        var unbreached = soaked.LastBreach is null ? soaked : await windows.Soaked(from, now, 50, cancellationToken);
        var at100 = await windows.Soaked(from, now, 100, cancellationToken);
        return new((await sums).Counts, await latencies, soaked.Counted, unbreached.Counted, at100.Counted, soaked.LastBreach);
    }
}
