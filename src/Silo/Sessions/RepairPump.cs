using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Sessions;

/// <summary>
/// Wakes the sessions whose change legacy still lacks. It only claims and asks; the session itself decides and sends. Runs right after
/// start, so a crash needs no operator; but first it hears the gateways, of which one may have been in emergency meanwhile, and again where the database
/// was away, for they could not tell anybody then.
/// While this silo sends nothing to legacy it takes few, or none: each one that is refused waits for longer the next time, and all of them are
/// to be due when legacy is back.
/// </summary>
internal sealed partial class RepairPump(ISessionStore store, ILegacySessions legacy, IGrainFactory grains, TimeProvider time, ILogger<RepairPump> logger) : BackgroundService
{
    private const int Batch = 256;

    // More than one: the circuit is tried by a session that lives on this silo, and those that are taken may live on others.
    private const int Trial = 8;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);

    // Several times longer than a gateway needs to find its cluster again. One that is gone for good must not hold repair up.
    private static readonly TimeSpan HearWithin = TimeSpan.FromSeconds(20);

    // A few of a gateway's heartbeats. One that was silent for longer when the database went away was lost before, and has nothing to tell of it.
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(10), Heartbeats = TimeSpan.FromSeconds(3);

    // No statement takes that long but one that has waited for the database to come back.
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(2);

    private long? _answeredAt;

    private int Most => legacy.Refuses ? 0 : legacy.Circuit == "closed" ? Batch : Trial;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Idle, time);
        await HearGateways(timer, stoppingToken);
        do
        {
            try
            {
                while (Most is > 0 and var most && await Claim(most, timer, stoppingToken) is { Count: > 0 } due)
                    await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = stoppingToken }, Repair);
            }
            catch (StorageUnavailableException e)
            {
                LogWaiting(logger, e.Message);
                await HearGateways(timer, stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<string>> Claim(int most, PeriodicTimer timer, CancellationToken stoppingToken)
    {
        var asked = time.GetTimestamp();
        var due = await store.ClaimDue(most, Hold, stoppingToken);
        if (time.GetElapsedTime(asked) > Stalled) await HearGateways(timer, stoppingToken);
        _answeredAt = time.GetTimestamp();
        return due;
    }

    /// <summary>What was pending while nobody could be told must not overwrite what a gateway in emergency has let clients write since.</summary>
    private async Task HearGateways(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        // From when it can be asked on: as long as it cannot, nothing can be repaired either.
        long? asked = null;
        while (asked is null || time.GetElapsedTime(asked.Value) < HearWithin)
        {
            if (await Told(stoppingToken) is var (gateways, rollout))
            {
                asked ??= time.GetTimestamp();
                var since = time.GetElapsedTime(asked.Value);
                if (gateways.All(g => IsHeard(g, rollout, since))) return;
            }

            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }

    /// <summary>Those inside silos end with their silo; one on its own may have gone on alone. Either has to have registered anew.</summary>
    /// <param name="since">How long ago the rollout could be asked again.</param>
    private bool IsHeard(GatewayView gateway, RolloutState rollout, TimeSpan since)
    {
        if (gateway.Kind is not ("standalone" or "silo")) return true;
        if (gateway.Emergency && IncarnationRules.Needed(rollout)) return false;
        if (gateway.LeaseAgeMs <= since.TotalMilliseconds) return gateway.Reachable || gateway.Kind == "silo";
        // This silo has just started, and those inside others went with what was before it.
        if (_answeredAt is not { } answered) return gateway.Kind == "silo";
        return gateway.LeaseAgeMs > (time.GetElapsedTime(answered) + Silent).TotalMilliseconds || (gateway.Kind == "silo" && !gateway.Reachable && since > Heartbeats);
    }

    /// <returns>Null = the silo is still joining, or the database is away.</returns>
    private async Task<(GatewayView[] Gateways, RolloutState Rollout)?> Told(CancellationToken cancellationToken)
    {
        try
        {
            var rollout = grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key);
            return (await rollout.Gateways(cancellationToken), await rollout.Get(cancellationToken));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask Repair(string id, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<ISessionGrain>(id).Repair(cancellationToken);
        }
        // The claim ends by itself and the session is taken again: one that fails must not stop the others.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, id, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Repair waits for the database: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Repair of {SessionId} is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string sessionId, string reason);
}
