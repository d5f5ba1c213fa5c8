using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Silo.Windows;

/// <summary>One side in one minute. Requests are those charged to it, errors those of them that were answered 5xx; latencies are of the writes it was sent, null without one.</summary>
public sealed record SideWindow(long Requests, double RequestsPerS, long Errors, double? ErrorRate, double? LatencyP50Ms, double? LatencyP95Ms)
{
    public static SideWindow Of(SideCounts side, long[] latencies) => new(
        side.Requests, Math.Round(side.Requests / WindowRules.Minute.TotalSeconds, 2), side.Errors, side.ErrorRate is { } rate ? Math.Round(rate, 6) : null,
        Ms(latencies, 0.5), Ms(latencies, 0.95));

    internal static double? Ms(long[] latencies, double share) => LatencyHistogram.Percentile(latencies, share) is { } ms ? Math.Round(ms, 2) : null;
}

/// <summary>Dual writes in one minute; latencies as their clients saw them.</summary>
public sealed record DualWriteWindow(long Total, long Successful, long Partial, long Failed, double? LatencyP50Ms, double? LatencyP95Ms);

/// <summary>One minute as the API shows it; null where nobody reported, which is not the same as 0.</summary>
/// <param name="Complete">Every silo that was active reported all of it.</param>
/// <param name="GoPercentage">The lowest that was in force.</param>
public sealed record WindowView(
    DateTimeOffset Minute, int Silos, bool Complete, RolloutPhase? Phase, decimal? GoPercentage, SideWindow? Go, SideWindow? Python, DualWriteWindow? DualWrites,
    double? SyncLagP95Ms, double? SyncLagMaxMs, bool? GuardBreach)
{
    public static WindowView Of(DateTimeOffset minute, WindowMinute? window)
    {
        if (window is not { Counts: var counts, Latencies: var latencies }) return new(minute, 0, false, null, null, null, null, null, null, null, null);
        return new(
            minute, window.Silos, window.Complete, window.Phase, window.GoPercentage, SideWindow.Of(counts.Go, latencies.Go), SideWindow.Of(counts.Python, latencies.Python),
            new(counts.Total, counts.Successful, counts.Partial, counts.Failed, SideWindow.Ms(latencies.DualWrite, 0.5), SideWindow.Ms(latencies.DualWrite, 0.95)),
            window.LagP95Ms is { } p95 ? Math.Round(p95, 1) : null, window.LagMaxMs is { } max ? Math.Round(max, 1) : null, window.Breached);
    }
}
