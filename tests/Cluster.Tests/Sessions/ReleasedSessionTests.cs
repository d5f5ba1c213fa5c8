using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>An activation whose session somebody else speaks for by now, and which has been told so: it says nothing more, and the next one is asked.</summary>
public sealed class ReleasedSessionTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    [Fact]
    public async Task It_refuses_nobody_by_what_it_remembers()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Release();
        var version = await CommitBehindItsBack("""{"status":"busy"}""", lease: null);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Cluster.Merge(Id, """{"status":"paused"}""", expected: version));
        Assert.Equal(version + 1, (await Cluster.Merge(Id, """{"status":"paused"}""", expected: version)).Version);
    }

    [Fact]
    public async Task It_shows_nobody_what_it_remembers_and_makes_way()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.Session(Id).Read();
        await Release();
        var version = await CommitBehindItsBack("""{"status":"busy"}""", lease: null);
        await Assert.ThrowsAsync<InconsistentStateException>(async () => await Cluster.Session(Id).Read());
        Assert.Equal(version, (await Cluster.Session(Id).Read()).Version);
    }

    [Fact]
    public async Task It_stores_nothing_more()
    {
        await Cluster.DualWrite(DualWriteMode.PythonLeads);
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldSends(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "GAIA_HOME is asked");
        await Release();
        hold.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => write);
        var row = await Cluster.Row(Id);
        Assert.Equal((1, true), (row.Version, row.Intent is not null));
    }

    /// <summary>Whoever released it may not have waited, and have read what was there before.</summary>
    [Fact]
    public async Task What_it_was_storing_just_then_it_acknowledges_to_nobody()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Store.HoldCommits(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the commit");
        var released = Release();
        hold.Release();
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        await released;
        Assert.Equal(2, (await Cluster.Session(Id).Read()).Version);
    }

    private Task Release() => Task.WhenAll(Cluster.Orleans.GetActiveSilos().Select(silo => silo.ServiceProvider.GetRequiredService<PresentSessions>().Release(Id)));
}
