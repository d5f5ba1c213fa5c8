using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The way back: legacy answers and is fed, the split flips, and what it lacks drains.</summary>
public sealed partial class RolloutGrain
{
    public async Task<RollbackResult> Rollback(RollbackRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var present = await Get(cancellationToken);
        if (request.ToPercentage > present.GoPercentage)
            throw InvalidInputException.Field("to_percentage", $"is above the present {present.GoPercentage:0.##}; a rollback only lowers it");
        var change = await Split(new(request.ToPercentage, request.Caller, request.Force), cancellationToken);
        Steps.Reach(Steps.RollbackFlipped);
        var lag = await Drain(request.DrainTimeout ?? TimeSpan.FromSeconds(10), cancellationToken);
        var servedHere = lag.Pending + lag.Late + lag.Refused;
        return new(change.State, time.GetElapsedTime(started).TotalMilliseconds, servedHere == 0, servedHere);
    }

    /// <summary>Going back is never gated, but it must have somewhere to go: legacy answers, and is being fed.</summary>
    private async Task<RolloutState> PrepareToGoBack(RolloutState state, bool force, Caller caller, CancellationToken cancellationToken)
    {
        if (!force && !await legacy.Ping(cancellationToken))
            throw new LegacyUnavailableException("GAIA_HOME does not answer; nothing was changed. With force and a reason the split changes all the same.");
        return state.DualWrite.Enabled ? state : (await SetDualWrite(new(true, null, AckPolicy.Both, caller), cancellationToken)).State;
    }

    /// <summary>Waits for what settles by itself; what legacy refuses does not.</summary>
    private async Task<SyncLag> Drain(TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        while (true)
        {
            var lag = await sessions.Lag(cancellationToken);
            if (lag.Pending + lag.Late == 0 || time.GetElapsedTime(started) >= within) return lag;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
