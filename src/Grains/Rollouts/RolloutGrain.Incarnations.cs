using System.Globalization;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>After legacy was left alone: a gateway in emergency, or a restore.</summary>
public sealed partial class RolloutGrain
{
    public async Task<RolloutState> BeginIncarnation(Caller caller, CancellationToken cancellationToken)
    {
        var before = await Settled(cancellationToken);
        // Several gateways tell of the same emergency; the first has been heard.
        if (!IncarnationRules.Needed(before)) return before;
        return await Whole(() => store.BeginIncarnation(before.Incarnation, caller, CancellationToken.None), async next =>
        {
            LogIncarnation(logger, next.Incarnation, caller.Actor, caller.Reason ?? "");
            await Fence(next);
            return next;
        });
    }

    /// <summary>What a gateway in emergency is answered with: a state in which legacy leads.</summary>
    private async Task<RolloutState> Heard(GatewayRegistration gateway, RolloutState state, CancellationToken cancellationToken)
    {
        if (gateway.Emergency is not { Answered: null } emergency || !IncarnationRules.Needed(state)) return state;
        // Registrations pass by a change that is under way; this is one of its own and waits for its turn.
        var reason = string.Create(CultureInfo.InvariantCulture, $"{gateway.Name} forwarded to GAIA_HOME on its own since {emergency.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: {emergency.Reason}");
        return await this.AsReference<IRolloutGrain>().BeginIncarnation(new(emergency.Actor, reason), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration incarnation: {Incarnation} begins by {Actor}: {Reason}")]
    private static partial void LogIncarnation(ILogger logger, long incarnation, string actor, string reason);
}
