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
        var (at50, at100) = (windows.Soaked(since, now, 50, cancellationToken), windows.Soaked(since, now, 100, cancellationToken));
        await Task.WhenAll(sums, latencies, at50, at100);
        var (soaked, full) = (await at50, await at100);
        var unbreached = soaked;
        if (soaked.LastBreach is { } breach) (unbreached, full) = (await windows.Soaked(breach, now, 50, cancellationToken), await windows.Soaked(breach, now, 100, cancellationToken));
        return new((await sums).Counts, await latencies, soaked.Counted, unbreached.Counted, full.Counted, soaked.LastBreach);
    }
}
