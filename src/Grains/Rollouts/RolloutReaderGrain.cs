using GaiaOrleans.Contracts.Rollouts;
using Orleans.Concurrency;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Stateless on purpose: a cached answer would lengthen somebody's lease.</summary>
[StatelessWorker, GrainType("gaia.rollout.reader")]
public sealed class RolloutReaderGrain(SiloLease lease) : Grain, IRolloutReaderGrain
{
    public Task<RolloutState> Read(CancellationToken cancellationToken) => lease.Refresh(cancellationToken);
}
