using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// Watches whether the wall clock is set back. Orleans plans by it when idle activations are collected, and activates nothing that would be due before
/// the collection it waits for: a silo whose clock was set back by more than that age would serve nothing new until the clock has caught up. It leaves
/// in good order instead, for its supervisor to start it again.
/// </summary>
internal sealed partial class ClockWatch(IHostApplicationLifetime lifetime, IOptions<GrainCollectionOptions> collection, TimeProvider time, ILogger<ClockWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The process ends because of it: with <see cref="IsolationWatch.ExitCode"/>.</summary>
    public bool Left { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (origin, begun) = (time.GetUtcNow(), time.GetTimestamp());
        var furthest = TimeSpan.Zero;
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // By how much more the wall clock has gone on than time has.
            var ahead = time.GetUtcNow() - origin - time.GetElapsedTime(begun);
            if (ahead > furthest) furthest = ahead;
            // Half of it: corrections of minutes are nothing to restart for, and nothing that breaks.
            if (furthest - ahead <= collection.Value.CollectionAge / 2) continue;
            LogLeaves(logger, furthest - ahead, IsolationWatch.ExitCode);
            Left = true;
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The clock of this machine was set back by {Back}, by which Orleans would activate nothing; this silo ends with exit code {ExitCode}, to be started again")]
    private static partial void LogLeaves(ILogger logger, TimeSpan back, int exitCode);
}
