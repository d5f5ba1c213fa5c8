using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Postgres.Tests.Windows;

/// <summary>One start of a silo, reporting as a silo does, at the times that the test says.</summary>
internal sealed class ReportingSilo(IWindowStore store, DateTimeOffset from, string name)
{
    private readonly string _name = $"{name}/{Guid.NewGuid():N}";
    private readonly HashSet<string> _dead = [];
    private WindowReporter? _reporter;
    private TimeSpan? _reportedAt;

    public MigrationTally Tally { get; } = new();

    /// <summary>How far the store's clock is ahead of the time that passes.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>All of them, each knowing of the others: every ten seconds, beginning and ending where it is told.</summary>
    public static async Task Through(double fromSeconds, double toSeconds, params ReportingSilo[] silos)
    {
        for (var at = fromSeconds; at <= toSeconds; at += 10)
            foreach (var silo in silos)
                await silo.Report(at, beside: silos);
    }

    /// <summary>This one alone.</summary>
    /// <param name="beside">Who else is active, reporting or not.</param>
    public async Task Through(double fromSeconds, double toSeconds, decimal percentage = 50, params ReportingSilo[] beside)
    {
        for (var at = fromSeconds; at <= toSeconds; at += 10) await Report(at, percentage, beside: beside);
    }

    public async Task Report(double atSeconds, decimal percentage = 50, double lagMs = 0, params ReportingSilo[] beside)
    {
        _reporter ??= new(_name);
        var at = TimeSpan.FromSeconds(atSeconds);
        var now = from + at + Ahead;
        var lag = new SyncLag(0, TimeSpan.FromMilliseconds(lagMs * 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(lagMs), null);
        var shown = new SilosShown([_name, .. beside.Select(s => s._name)], [.. _dead]);
        var report = _reporter.Next(now, at - _reportedAt, Tally.Drain(), lag, percentage, RolloutPhase.GradualRollout, shown);
        await store.Add(report, CancellationToken.None);
        _reporter.Keep(now, report, shown);
        _reportedAt = at;
    }

    /// <summary>The membership shows this silo that another one has died.</summary>
    public void Hears(ReportingSilo dead) => _dead.Add(dead._name);
}
