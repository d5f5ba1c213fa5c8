using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Gateways;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

/// <summary>One cluster per class; every test starts with dual-write on at 0 %, both sides healthy and no gateway.</summary>
public abstract class RolloutTestBase(GaiaCluster cluster) : IClassFixture<GaiaCluster>, IAsyncLifetime
{
    // Orleans holds observers weakly.
    private readonly List<IGatewayObserver> _alive = [];

    protected GaiaCluster Cluster { get; } = cluster;

    protected IRolloutGrain Grain => Cluster.RolloutGrain;

    protected RolloutState Row => Cluster.Rollout.State;

    public async Task InitializeAsync()
    {
        Cluster.Legacy.Heal();
        Cluster.RolloutStore.Heal();
        LeaseOf(GaiaCluster.Lease);
        await Cluster.DualWrite();
    }

    public async Task DisposeAsync()
    {
        foreach (var gateway in _alive.OfType<FakeGateway>()) gateway.End();
        foreach (var gateway in await Grain.Gateways()) await Grain.RemoveGateway(gateway.Id, Some.Caller());
    }

    protected TimeSpan LeaseEnd => Cluster.RolloutOptions.Lease + Cluster.RolloutOptions.Margin;

    /// <summary>How long a change waits for a gateway that does not answer.</summary>
    protected void LeaseOf(TimeSpan length) => Cluster.RolloutOptions.Lease = length;

    /// <summary>Every gateway of the test answers: a machine that stands still for a moment makes none of them silent.</summary>
    protected void NobodyIsSilent() => LeaseOf(TimeSpan.FromMinutes(1));

    protected async Task<FakeGateway> Gateway(string name = "gw-1")
    {
        var gateway = new FakeGateway();
        await Register(gateway, name);
        return gateway;
    }

    protected Task<RolloutGrant> Register(IGatewayObserver gateway, string name)
    {
        _alive.Add(gateway);
        return Grain.Register(new(name + "-id", name, "standalone", 0, 0), Cluster.Orleans.Client.CreateObjectReference<IGatewayObserver>(gateway));
    }

    protected Task<RolloutChange> Split(decimal percentage, bool force = false, long? expected = null) =>
        Grain.Split(new(percentage, Some.Caller("a test"), force, expected));

    /// <summary>As the endpoint does it: the split flips, and what legacy lacks is waited for.</summary>
    protected Task<RollbackResult> Rollback(decimal to = 0, bool force = false, TimeSpan? drain = null) => Cluster.Rollback(to, force, drain);

    protected Task<RolloutChange> DualWrite(bool enabled) => Grain.SetDualWrite(new(enabled, null, null, Some.Caller("a test")));
}
