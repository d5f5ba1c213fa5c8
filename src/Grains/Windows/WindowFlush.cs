using System.Collections.Immutable;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Windows;

/// <summary>
/// Reports what this silo counted, the lag and what is in force: before it joins the cluster, every five seconds, and once more when it stops.
/// One that lived at all is known to the windows, so it does not go missing by dying before its first period is over.
/// </summary>
public sealed partial class WindowFlush(
    IWindowStore windows, ISessionStore sessions, MigrationTally tally, SiloLease lease, IClusterMembershipService membership, ILocalSiloDetails silo, TimeProvider time,
    ILogger<WindowFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly WindowReporter _reporter = new(Named(silo.Name, silo.SiloAddress));
    private TallyCounts? _unstored;
    private decimal? _lowest;
    private long? _storedAt;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Flush(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

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
            var shown = Shown();
            var (state, lowest) = lease.Passed();
            _lowest = Math.Min(lowest, _lowest ?? lowest);
            var report = _reporter.Next(
                now, _storedAt is { } at ? time.GetElapsedTime(at, started) : null, _unstored, lag, _lowest.Value, state?.Phase ?? RolloutPhase.Preparation, shown);
            await windows.Add(report, cancellationToken);
            _reporter.Keep(now, report, shown);
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

    private SilosShown Shown()
    {
        var members = membership.CurrentSnapshot.Members.Values;
        return new(Those(m => m.Status == SiloStatus.Active), Those(m => m.Status is SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead));

        ImmutableSortedSet<string> Those(Func<ClusterMember, bool> which) => [.. members.Where(which).Select(m => Named(m.Name, m.SiloAddress))];
    }

    private static string Named(string name, SiloAddress address) => $"{name}/{address.Generation}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of this silo wait to be stored: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
