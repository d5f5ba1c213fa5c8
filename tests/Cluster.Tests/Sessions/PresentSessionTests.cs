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
        var shown = Assert.Single(Shown());
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
        Assert.Equal(1, Assert.Single(Shown()).Version);
        hold.Release();
        var version = (await write).Version;
        Assert.Equal((2, 2), (version, Assert.Single(Shown()).Version));
    }

    [Fact]
    public async Task Nobody_shows_it_when_its_activation_has_ended()
    {
        await Cluster.Create(Id, "{}");
        await Cluster.Session(Id).Read();
        Assert.Single(Shown());
        await Cluster.Forget(Id);
        Assert.Empty(Shown());
    }

    private IReadOnlyList<SessionSnapshot> Shown() =>
        [.. Cluster.Orleans.GetActiveSilos().Select(s => s.ServiceProvider.GetRequiredService<PresentSessions>().Read(Id, 0)).OfType<SessionSnapshot>()];
}
