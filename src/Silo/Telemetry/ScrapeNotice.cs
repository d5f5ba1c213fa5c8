using GaiaOrleans.Contracts.Gates;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>Tells the gates that somebody watches this silo's metrics. The scrape itself waits for nothing.</summary>
internal sealed partial class ScrapeNotice(IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time, ILogger<ScrapeNotice> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private int _seen;

    public void Seen() => Interlocked.Exchange(ref _seen, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var gates = grains.GetGrain<IGateWatchGrain>(IGateWatchGrain.Key);
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (Interlocked.Exchange(ref _seen, 0) == 1) await gates.Scraped(silo.Name, stoppingToken);
                // Whichever silo lives wakes the watch.
                else await gates.Sightings(stoppingToken);
            }
            // A silo outlives a grain that fails in whatever way: it serves sessions, and this is not what it is for.
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogNotTold(logger, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The gates could not be told of a scrape: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string reason);
}
