using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Webhooks;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>Looks now and then at the grains that work without being asked, which wakes one whose silo died: it goes on from what it has stored.</summary>
internal sealed partial class GrainKeeper(IGrainFactory grains, TimeProvider time, ILogger<GrainKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly (string Name, Func<CancellationToken, Task> Look)[] _kept =
    [
        .. new[] { IRunGrain.Migrate, IRunGrain.Verify, IRunGrain.Reconcile }.Select(kind => ($"{kind} run", (Func<CancellationToken, Task>)grains.GetGrain<IRunGrain>(kind).Status)),
        ("webhooks", grains.GetGrain<IWebhooksGrain>(IWebhooksGrain.Key).List),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (name, look) in _kept)
            {
                try
                {
                    await look(stoppingToken);
                }
                // A silo outlives a grain that fails in whatever way: it serves sessions, and this is not what it is for.
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogNotSeen(logger, name, e.Message);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Name} could not be looked at: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string name, string reason);
}
