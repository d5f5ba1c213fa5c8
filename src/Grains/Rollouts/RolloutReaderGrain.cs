using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Stateless on purpose: a cached answer would lengthen somebody's lease.</summary>
[StatelessWorker, GrainType("gaia.rollout.reader")]
public sealed class RolloutReaderGrain(SiloLease lease, IOptions<RolloutOptions> options) : Grain, IRolloutReaderGrain
{
    public async Task<RolloutGrant> Read(CancellationToken cancellationToken) => new(await lease.Refresh(cancellationToken), options.Value.Lease, lease.StoreNow);

    public Task<RolloutGrant> Register(GatewayRegistration gateway, IGatewayObserver observer, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Register(gateway, observer, cancellationToken);
}
