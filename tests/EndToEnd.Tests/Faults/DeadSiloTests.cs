using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>A silo that was declared dead may only be cut off: its sessions are not changed elsewhere under the answers it may still give.</summary>
public sealed class DeadSiloTests
{
    private const string Id = "dead-silo";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task A_session_of_a_killed_silo_is_read_at_once_and_changed_after_its_lease()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 1, settings: Unhurried.With(("Rollout__SiloLease", Lease.ToString())));
        var gateway = new Http(cluster.Gateway.Url);
        await new Http(cluster.Silos[0].Url).Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await cluster.Legacy.SetFaultsAsync(new { latency_ms = 3_500, only = new { ids = new[] { Id } } });
        var created = gateway.Put($"api/sessions/{Id}", """{"status":"idle"}""");
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        var killed = await cluster.LeaseOwner(database, Id);
        await created.Ok();
        await cluster.Legacy.ClearFaultsAsync();

        var started = TimeProvider.System.GetTimestamp();
        await killed.KillAsync();
        var read = Eventually.Get(() => gateway.Get($"api/sessions/{Id}"), a => a.Status == HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        var changed = Eventually.Get(() => gateway.Put($"api/sessions/{Id}", """{"status":"busy"}"""), a => a.Status == HttpStatusCode.OK, TimeSpan.FromSeconds(60));
        await read;
        // It was killed before it could be declared dead, and its lease counts from there: a lower bound, however slow the machine.
        Assert.False(changed.IsCompleted, "changed before it could be read");
        await changed;
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Lease, $"changed after {TimeProvider.System.GetElapsedTime(started)}");
    }
}
