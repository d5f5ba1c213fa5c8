using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Looks at everything the gates want to know, once.</summary>
public sealed class EvidenceCollector(IClusterMembershipService membership, ISessionStore sessions, IOptions<RolloutOptions> rollout, IOptions<GaiaOptions> gaia)
{
    public async Task<Evidence> Collect(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var active = membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active);
        var migrate = await grains.GetGrain<IRunGrain>(IRunGrain.Migrate).Status(cancellationToken);
        var verify = await grains.GetGrain<IRunGrain>(IRunGrain.Verify).Status(cancellationToken);
        return new(active, gaia.Value.ExpectedSilos, migrate, verify, await sessions.Lag(cancellationToken), rollout.Value.Rehearsal);
    }
}
