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
        var latencies = windows.Latencies(since, now, cancellationToken);
        var soaking = windows.Soaked(since, now, [50, 100], cancellationToken);
        await Task.WhenAll(latencies, soaking);
        var soak = await soaking;
        var unbreached = soak.LastBreach is { } breach ? await windows.Soaked(breach, now, [50, 100], cancellationToken) : soak;
        return new(soak.Counts, await latencies, soak.Counted[0], unbreached.Counted[0], unbreached.Counted[1], soak.LastBreach);
    }
}
