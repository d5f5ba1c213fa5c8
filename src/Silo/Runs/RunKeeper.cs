using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Silo.Runs;

/// <summary>Looks at every kind of run now and then, which wakes one whose silo died: it goes on from its stored cursor.</summary>
internal sealed partial class RunKeeper(IGrainFactory grains, TimeProvider time, ILogger<RunKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var kind in (string[])[IRunGrain.Migrate, IRunGrain.Verify, IRunGrain.Reconcile])
            {
                try
                {
                    await grains.GetGrain<IRunGrain>(kind).Status(stoppingToken);
                }
                catch (Exception e) when (e is GaiaException or OrleansException or TimeoutException)
                {
                    LogNotSeen(logger, kind, e.Message);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Run {Kind} could not be looked at: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string kind, string reason);
}
