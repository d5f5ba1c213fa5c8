using GaiaOrleans.Contracts.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Shadow;

/// <summary>Repeats the reads that were taken, a few at a time. Whatever it meets is its own trouble: it counts it and rests.</summary>
internal sealed partial class ShadowReads(
    ShadowIntake intake, ShadowLoad load, ShadowInstruments instruments, IGrainFactory grains, TimeProvider time, IOptions<GatewayOptions> options, ILogger<ShadowReads> logger)
    : BackgroundService
{
    // A session gives up on legacy after a second; only a silo that is gone lets it take longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.ShadowParallel).Select(_ => Work(stoppingToken)));

    private async Task Work(CancellationToken stoppingToken)
    {
        await foreach (var read in intake.Reads.ReadAllAsync(stoppingToken))
        {
            if (load.Resting || load.Busy) instruments.OnDropped();
            else instruments.OnRead(read.ServedBy, await Repeat(read, stoppingToken));
        }
    }

    private async Task<ShadowVerdict> Repeat(ShadowRead read, CancellationToken stoppingToken)
    {
        try
        {
            var verdict = await grains.GetGrain<ISessionGrain>(read.Id).Shadow(read.Epoch, read.Version, stoppingToken).WaitAsync(Patience, time, stoppingToken);
            if (verdict == ShadowVerdict.Refused) load.TakeRest();
            return verdict;
        }
        // A gateway outlives its cluster, and this loop whatever a session answers.
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            if (!load.Resting) LogFailed(logger, read.Id, e.Message);
            load.TakeRest();
            return ShadowVerdict.Failed;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shadow reads rest: session {SessionId} was not compared: {Reason}")]
    private static partial void LogFailed(ILogger logger, string sessionId, string reason);
}
