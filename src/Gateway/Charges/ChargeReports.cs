using GaiaOrleans.Contracts.Charges;

namespace GaiaOrleans.Gateway.Charges;

/// <summary>Hands what a standalone gateway counted to a silo: every five seconds, and once more when it stops.</summary>
public sealed partial class ChargeReports(SessionCharges charges, IGrainFactory grains, TimeProvider time, ILogger<ChargeReports> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Report();
    }

    public async Task Report()
    {
        var counted = charges.Take();
        if (counted == ChargedRequests.None) return;
        try
        {
            await grains.GetGrain<IChargeGrain>(0).Add(counted, CancellationToken.None).WaitAsync(Patience, time);
        }
        catch (TimeoutException e)
        {
            // It may have arrived: counted twice would be an error rate that never was.
            LogLost(logger, e.Message);
        }
        // A gateway outlives its cluster: whatever the reason, it tries again.
        catch (Exception e)
        {
            charges.Add(counted);
            LogKept(logger, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Report();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether a silo has taken the counts of this gateway is not known, they are not sent again: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The counts of this gateway wait for a silo: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
