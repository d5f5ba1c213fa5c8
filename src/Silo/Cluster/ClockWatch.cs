namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// Watches whether the machine's clock is set back. A silo goes on by what it was (<see cref="SteadyClock"/>), and would need ten times as long to be right again: its
/// stamps, soaks and expiries were wrong for all of that. It leaves in good order instead, for its supervisor to start it again.
/// </summary>
internal sealed partial class ClockWatch(IHostApplicationLifetime lifetime, SteadyClock clock, ILogger<ClockWatch> logger) : BackgroundService
{
    // Corrections of minutes are nothing to restart for.
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The process ends because of it: with <see cref="IsolationWatch.ExitCode"/>.</summary>
    public bool Left { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (clock.Ahead is var ahead && ahead <= MostAhead) continue;
            LogLeaves(logger, ahead, IsolationWatch.ExitCode);
            Left = true;
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The clock of this machine was set back by {Back}; this silo ends with exit code {ExitCode}, to be started again")]
    private static partial void LogLeaves(ILogger logger, TimeSpan back, int exitCode);
}
