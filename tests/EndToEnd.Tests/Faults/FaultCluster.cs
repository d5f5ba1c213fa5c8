using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>A cluster of its own for a class of tests that break it; each leaves it whole again.</summary>
public sealed class FaultCluster : IAsyncLifetime
{
    NpgsqlDataSource _database = null!;

    public LocalCluster Cluster { get; private set; } = null!;

    public Http Gateway { get; private set; } = null!;

    public Http Legacy { get; private set; } = null!;

    /// <summary>A silo that is alive whatever a test has done to the others.</summary>
    public Http Silo => new(Cluster.Silos.First(s => !s.HasExited).Url);

    public async Task InitializeAsync()
    {
        Cluster = await LocalCluster.StartAsync(sessions: 50);
        Gateway = new(Cluster.Gateway.Url);
        Legacy = new(Cluster.Legacy.Url);
        _database = NpgsqlDataSource.Create(Cluster.ConnectionString);
        await Silo.Post("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"tests"}""").Ok();
        await Silo.Post("api/migration/runs", """{"kind":"migrate"}""").Ok();
        await Eventually.Get(async () => (await Silo.Get("api/migration/runs/migrate").Ok()).Json["state"]!.GetValue<string>(), s => s == "completed", TimeSpan.FromSeconds(30));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    /// <summary>The silo that has taken the send lease of this session.</summary>
    public Task<SiloProcess> LeaseOwner(string id) => Cluster.LeaseOwner(_database, id);

    public async Task<long> Version(string id)
    {
        await using var command = _database.CreateCommand("SELECT version FROM session_records WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>What the store itself has under this member of metadata: at 0 % a read is answered by GAIA_HOME, whichever side it is asked of.</summary>
    public async Task<string?> Stored(string id, string member)
    {
        await using var command = _database.CreateCommand("SELECT metadata->>$2 FROM session_records WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = member });
        return await command.ExecuteScalarAsync() as string;
    }

    public Task<JsonNode> UntilNothingIsPending(TimeSpan within) => Eventually.Get(
        async () => (await Silo.Get("api/migration/sync-lag").Ok()).Json, lag => lag["pending"]!.GetValue<long>() == 0, within);

    /// <summary>Both sides have this value of metadata.v, and clients are shown it.</summary>
    public async Task AssertBothSides(string id, string value)
    {
        Assert.Equal(value, await Stored(id, "v"));
        Assert.Equal(value, (await Gateway.Get($"api/sessions/{id}").Ok()).Json["metadata"]!["v"]!.GetValue<string>());
        Assert.Equal(value, (await Legacy.Get($"api/sessions/{id}").Ok()).Json["metadata"]!["v"]!.GetValue<string>());
    }
}
