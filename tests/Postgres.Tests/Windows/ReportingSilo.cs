using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Postgres.Tests.Windows;

/// <summary>One start of a silo, reporting as a silo does, at the times that the test says.</summary>
internal sealed class ReportingSilo(IWindowStore store, DateTimeOffset from, string name)
{
    private readonly WindowReporter _reporter = new($"{name}/{Guid.NewGuid():N}");
    private TimeSpan? _reportedAt;

    public MigrationTally Tally { get; } = new();

    /// <summary>How far the store's clock is ahead of the time that passes.</summary>
    public TimeSpan Ahead { get; set; }

    public async Task Report(double atSeconds, int active = 1, decimal percentage = 50, double lagMs = 0)
    {
        var at = TimeSpan.FromSeconds(atSeconds);
        var now = from + at + Ahead;
        var lag = new SyncLag(0, TimeSpan.FromMilliseconds(lagMs * 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(lagMs), null);
        var report = _reporter.Next(now, at - _reportedAt, Tally.Drain(), lag, new(percentage, RolloutPhase.GradualRollout, active));
        await store.Add(report, CancellationToken.None);
        _reporter.Keep(now, report);
        _reportedAt = at;
    }

    /// <summary>Every ten seconds, beginning and ending where it is told.</summary>
    public async Task Through(double fromSeconds, double toSeconds, int active = 1, decimal percentage = 50)
    {
        for (var at = fromSeconds; at <= toSeconds; at += 10) await Report(at, active, percentage);
    }
}
