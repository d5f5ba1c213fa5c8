using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Clusters;

/// <summary>One healthy cluster for the tests that break nothing, with dual-write on.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public LocalCluster Cluster { get; private set; } = null!;

    public Http Silo { get; private set; } = null!;

    public Http Gateway { get; private set; } = null!;

    public Http Legacy { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await LocalCluster.StartAsync(sessions: 500, settings: Unhurried.Settings);
        Silo = new(Cluster.Silos[0].Url);
        Gateway = new(Cluster.Gateway.Url);
        Legacy = new(Cluster.Legacy.Url);
        await Silo.Post("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"tests"}""").Ok();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class SharedClusterTests : ICollectionFixture<SharedCluster>
{
    public const string Name = "shared cluster";
}
