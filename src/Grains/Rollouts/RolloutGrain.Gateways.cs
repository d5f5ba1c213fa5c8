using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The gateways that a change has to reach.</summary>
public sealed partial class RolloutGrain
{
    public async Task<RolloutGrant> Register(GatewayRegistration gateway, IGatewayObserver observer, CancellationToken cancellationToken)
    {
        var before = _work;
        var state = await store.Register(gateway, cancellationToken);
        LookAfter(state, before);
        // Before it counts as reached: what is pending is not sent until every gateway has been heard.
        state = await Heard(gateway, state, cancellationToken);
        _fence.Reach(gateway.Id, observer);
        return new(state, options.Value.Lease);
    }

    public async Task<GatewayView[]> Gateways(CancellationToken cancellationToken) =>
        [.. (await store.Gateways(cancellationToken)).Select(g => g with { Reachable = _fence.CanReach(g.Id) })];

    public async Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken)
    {
        await store.RemoveGateway(id, caller, cancellationToken);
        _fence.Forget(id);
        LogRemoved(logger, id, caller.Actor, caller.Reason ?? "");
    }

    private bool SiloIsDead(GatewayView gateway) =>
        gateway.Kind == "silo" && membership.CurrentSnapshot.Members.Values.All(m => m.Name != gateway.Name || m.Status == SiloStatus.Dead);

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration: gateway {Gateway} removed by {Actor}: {Reason}")]
    private static partial void LogRemoved(ILogger logger, string gateway, string actor, string reason);
}
