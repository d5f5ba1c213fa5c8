using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>One cluster per class, a session of its own per test, and both sides healthy when it starts.</summary>
public abstract class SessionTestBase(GaiaCluster cluster, DualWriteMode mode = DualWriteMode.GoLeads, AckPolicy ack = AckPolicy.Both)
    : IClassFixture<GaiaCluster>, IAsyncLifetime
{
    protected GaiaCluster Cluster { get; } = cluster;

    protected string Id { get; } = Some.Id();

    public virtual async Task InitializeAsync()
    {
        Cluster.Legacy.Heal();
        await Cluster.DualWrite(mode, ack);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
