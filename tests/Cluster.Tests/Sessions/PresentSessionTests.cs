using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>Sessions as the silo where they live shows them to its own gateway, without a message.</summary>
public sealed class PresentSessionTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    [Fact]
    public async Task One_silo_shows_it()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var read = await Cluster.Session(Id).Read();
        var shown = await Shown();
        Assert.Equal((read.Version, read.Pending, read.NeedsAdoption, "\"idle\""), (shown.Version, shown.Pending, shown.NeedsAdoption, Some.Field(shown.Body, "status")));
    }

    [Fact]
    public async Task A_change_is_not_seen_before_it_is_stored_and_is_seen_when_it_is_acknowledged()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.Session(Id).Read();
        var hold = Cluster.Store.HoldCommits(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the commit");
        Assert.Equal(1, (await Shown()).Version);
        hold.Release();
        var version = (await write).Version;
        Assert.Equal((2, 2), (version, (await Shown()).Version));
    }

    [Fact]
    public async Task Nobody_shows_it_when_its_activation_has_ended()
    {
        await Cluster.Create(Id, "{}");
        await Cluster.Session(Id).Read();
        await Shown();
        await Cluster.Forget(Id);
        await Cluster.Known();
        Assert.Empty(Everywhere());
    }

    /// <summary>By the one silo that shows it, as soon as the lease of that one holds.</summary>
    private async Task<SessionSnapshot> Shown()
    {
        IReadOnlyList<SessionSnapshot> found = [];
        await Eventually.Holds(() => (found = Everywhere()).Count > 0, "a silo shows it");
        return Assert.Single(found);
    }

    private IReadOnlyList<SessionSnapshot> Everywhere() =>
        [.. Cluster.Orleans.GetActiveSilos().Select(s => s.ServiceProvider.GetRequiredService<PresentSessions>().Read(Id, 0)).OfType<SessionSnapshot>()];
}
