using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Windows;

/// <summary>One silo's reports in their order: which minute each belongs to, and whether the silo has accounted for the whole of it.</summary>
public sealed class WindowReporter(string silo)
{
    /// <summary>A report is due every five seconds; one that comes this late may hide anything.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(20);

    // The database's clock and ours run at nearly the same speed; one that was set is off by more.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(2);

    private (DateTimeOffset At, WindowReport Report)? _before;

    // Who was active at the report before and has died since was active until then, and may have reported nothing of it.
    private int _mostActive;
    private int _active;

    /// <param name="now">On the store's clock.</param>
    /// <param name="elapsed">On the monotonic clock, since <see cref="Keep"/> was last told of a report; null = of none yet.</param>
    public WindowReport Next(DateTimeOffset now, TimeSpan? elapsed, TallyCounts counts, SyncLag lag, InForce inForce)
    {
        var minute = WindowRules.MinuteOf(now);
        var follows = _before is { } before && elapsed is { } real && real <= LongestGap && (now - before.At - real).Duration() <= ClockSkew ? before.Report : null;
        var crosses = follows is not null && follows.Minute + WindowRules.Minute == minute;
        _active = inForce.ActiveSilos;
        _mostActive = Math.Max(_mostActive, _active);
        return new(
            silo, minute, FromStart: crosses || (follows?.Minute == minute && follows.FromStart), Closes: crosses ? follows!.Minute : null, inForce with { ActiveSilos = _mostActive },
            counts.Counts, counts.Latencies, counts.Noise, lag.P95.TotalMilliseconds, lag.Oldest.TotalMilliseconds);
    }

    /// <summary>The report is stored: the next one goes on from it.</summary>
    public void Keep(DateTimeOffset now, WindowReport report) => (_before, _mostActive) = ((now, report), _active);
}
