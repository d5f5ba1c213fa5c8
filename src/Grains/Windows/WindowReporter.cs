using System.Collections.Immutable;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Windows;

/// <summary>The silos that the membership shows, one start of each.</summary>
public sealed record SilosShown(ImmutableSortedSet<string> Active, ImmutableSortedSet<string> Dead);

/// <summary>One silo's reports in their order: which minute each belongs to, and whether the silo has accounted for the whole of it.</summary>
public sealed class WindowReporter(string silo)
{
    /// <summary>A report is due every five seconds; one that comes this late may hide anything.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(20);

    // The database's clock and ours run at nearly the same speed; one that was set is off by more.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(2);

    private (DateTimeOffset At, WindowReport Report, SilosShown Shown)? _before;

    /// <param name="now">On the store's clock.</param>
    /// <param name="elapsed">On the monotonic clock, since <see cref="Keep"/> was last told of a report; null = of none yet.</param>
    public WindowReport Next(DateTimeOffset now, TimeSpan? elapsed, TallyCounts counts, SyncLag lag, decimal lowestPercentage, RolloutPhase phase, SilosShown shown)
    {
        var minute = WindowRules.MinuteOf(now);
        var (follows, again) = (default(WindowReport), (DateTimeOffset?)minute);
        if (_before is { } before && elapsed is { } real)
        {
            var set = now - before.At - real;
            follows = real <= LongestGap && set.Duration() <= ClockSkew ? before.Report : null;
            again = set < -ClockSkew ? WindowRules.MinuteOf(now - real) : null;
        }

        var crosses = follows is not null && follows.Minute + WindowRules.Minute == minute;
        return new(
            silo, minute, FromStart: crosses || (follows?.Minute == minute && follows.FromStart), Closes: crosses ? follows!.Minute : null, new(lowestPercentage, phase, Alive(shown)),
            counts.Counts, counts.Latencies, counts.Noise, lag.P95.TotalMilliseconds, lag.Oldest.TotalMilliseconds, again);
    }

    /// <summary>The report is stored: the next one goes on from it.</summary>
    public void Keep(DateTimeOffset now, WindowReport report, SilosShown shown) => _before = (now, report, shown);

    /// <summary>Also who was active at the report before, and who has come and died since: each may have reported nothing of it.</summary>
    private ImmutableSortedSet<string> Alive(SilosShown shown) =>
        _before is { Shown: var before } ? shown.Active.Union(before.Active).Union(shown.Dead.Except(before.Dead)) : shown.Active;
}
