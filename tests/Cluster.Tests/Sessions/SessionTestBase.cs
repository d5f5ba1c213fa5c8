using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;

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
        Cluster.SessionOptions.SendLease = GaiaCluster.SendLease;
        (Cluster.SessionOptions.LastingRefusal, Cluster.SessionOptions.SendWithin) = (new SessionOptions().LastingRefusal, new SessionOptions().SendWithin);
        await Cluster.DualWrite(mode, ack);
    }

    /// <summary>A machine that stands still for a moment does not outlive it.</summary>
    protected void LeasesAreLong() => Cluster.SessionOptions.SendLease = TimeSpan.FromMinutes(1);

    /// <summary>It is their number alone that counts, and each attempt is one.</summary>
    protected void RefusalsLastAtOnce()
    {
        Cluster.SessionOptions.LastingRefusal = TimeSpan.Zero;
        CommitsAreNeverSlow();
    }

    /// <summary>Nor does what a commit took keep its send back.</summary>
    protected void CommitsAreNeverSlow()
    {
        LeasesAreLong();
        Cluster.SessionOptions.SendWithin = TimeSpan.FromSeconds(30);
    }

    public virtual Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Another silo, which took the session over without this cluster's knowledge, changes it.</summary>
    /// <param name="lease">For how long its request to legacy may be under way; null = there is none.</param>
    /// <returns>The version that it stored.</returns>
    protected async Task<long> CommitBehindItsBack(string json, TimeSpan? lease)
    {
        var row = await Cluster.Row(Id);
        var terms = Cluster.Rollout.State;
        var next = row with
        {
            Version = row.Version + 1,
            Document = SessionDocument.FromClient(Id, Some.Utf8(json)),
            CommitId = Guid.NewGuid(),
            LeaseOwner = "another silo",
            PendingSince = TimeProvider.System.GetUtcNow(),
            NextAttemptAt = TimeProvider.System.GetUtcNow(),
        };
        Assert.Equal(CommitResult.Committed, await Cluster.Rows.Commit(new(next, row.CommitId, terms.Incarnation, terms.Generation, lease, null), CancellationToken.None));
        return next.Version;
    }
}
