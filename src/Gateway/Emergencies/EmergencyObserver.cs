using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Emergencies;

/// <summary>
/// How the rollout reaches this gateway. In an emergency it listens and acknowledges nothing: it routes by no split, and before cutover
/// dual-write is not turned on past it.
/// </summary>
public sealed class EmergencyObserver(GatewayLease lease, EmergencySwitch emergency) : IGatewayObserver
{
    private const long Nothing = 0;

    public async Task<long> Apply(RolloutState state)
    {
        var epoch = await lease.Apply(state);
        return emergency.Current is null ? epoch : Nothing;
    }
}
