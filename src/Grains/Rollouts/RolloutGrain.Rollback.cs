using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The way back: legacy answers and is fed, the split flips, and what it lacks drains.</summary>
public sealed partial class RolloutGrain
{
    public async Task<RollbackResult> Rollback(RollbackRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var present = await Settled(cancellationToken);
        if (request.ToPercentage > present.GoPercentage)
            throw InvalidInputException.Field("to_percentage", $"is above the present {present.GoPercentage:0.##}; a rollback only lowers it");
        var change = await Split(new(request.ToPercentage, request.Caller, request.Force), cancellationToken);
        Steps.Reach(Steps.RollbackFlipped);
        // Whoever wants to wait until it has drained waits elsewhere: others may have something to change meanwhile.
        var left = (await LegacyDrain.Look(sessions, cancellationToken))?.ServedHere;
        return new(change.State, time.GetElapsedTime(started).TotalMilliseconds, left == 0, left ?? 0);
    }

    /// <summary>Going back is never gated, but it must have somewhere to go: legacy answers, and is being fed.</summary>
    private async Task<RolloutState> PrepareToGoBack(RolloutState state, bool force, Caller caller, CancellationToken cancellationToken)
    {
        if (!force && !await legacy.Ping(cancellationToken))
            throw new LegacyUnavailableException("GAIA_HOME does not answer; nothing was changed. With force and a reason the split changes all the same.");
        return state.DualWrite.Enabled ? state : (await SetDualWrite(new(true, null, AckPolicy.Both, caller), cancellationToken)).State;
    }
}
