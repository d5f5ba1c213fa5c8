using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Windows;

/// <summary>Reports what this silo counted, the lag and what is in force: every five seconds, and once more when it stops.</summary>
public sealed partial class WindowFlush(
    IWindowStore windows, ISessionStore sessions, MigrationTally tally, SiloLease lease, IClusterMembershipService membership, ILocalSiloDetails silo, TimeProvider time,
    ILogger<WindowFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly WindowReporter _reporter = new($"{silo.Name}/{silo.SiloAddress.Generation}");
    private TallyCounts? _unstored;
    private decimal? _lowest;
    private long? _storedAt;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush(cancellationToken);
    }

    public async Task Flush(CancellationToken cancellationToken)
    {
        // What could not be stored is tried again before anything newer: a database that was away costs no counts.
        _unstored ??= tally.Drain();
        try
        {
            var lag = await sessions.Lag(cancellationToken);
            var started = time.GetTimestamp();
            var now = await windows.Now(cancellationToken);
            var report = _reporter.Next(now, _storedAt is { } at ? time.GetElapsedTime(at, started) : null, _unstored, lag, InForce());
            await windows.Add(report, cancellationToken);
            _reporter.Keep(now, report);
            (_unstored, _lowest, _storedAt) = (null, null, started);
        }
        catch (StorageUnavailableException e)
        {
            LogKept(logger, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Flush(stoppingToken);
    }

    private InForce InForce()
    {
        var (state, lowest) = lease.Passed();
        _lowest = Math.Min(lowest, _lowest ?? lowest);
        return new(_lowest.Value, state?.Phase ?? RolloutPhase.Preparation, membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of this silo wait to be stored: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
