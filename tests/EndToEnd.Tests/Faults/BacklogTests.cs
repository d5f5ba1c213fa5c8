using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.EndToEnd.Tests.Runs;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>Many sessions that GAIA_HOME lacks while it refuses everything.</summary>
public sealed class BacklogTests
{
    private const int Sessions = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Writes = ["PUT", "POST", "PATCH"];

    /// <summary>Each attempt that is refused puts the next one off for twice as long: if every session made them, they would come back long after GAIA_HOME has.</summary>
    [Fact]
    public async Task Few_of_them_try_in_vain()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: Sessions);
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await cluster.StartRun("""{"kind":"migrate"}""");
        await cluster.Completed("migrate");
        await cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, only = new { methods = Writes } });
        for (var n = 0; n < Sessions; n++) await silo.Patch($"api/sessions/session-{n + 1:000000}", """{"status":"busy"}""").Ok();
        await Eventually.Get(() => Task.FromResult(Openings()), openings => openings >= 5, Patience);
        await using (var database = NpgsqlDataSource.Create(cluster.ConnectionString))
        await using (var again = database.CreateCommand("SELECT count(*) FILTER (WHERE attempts > 1), count(*) FROM session_records WHERE legacy_version < version"))
        await using (var counts = await again.ExecuteReaderAsync())
        {
            await counts.ReadAsync();
            Assert.Equal(Sessions, counts.GetInt64(1));
            Assert.InRange(counts.GetInt64(0), 1, Sessions / 2);
        }

        await cluster.Legacy.ClearFaultsAsync();
        await Eventually.Get(async () => (await silo.Get("api/migration/sync-lag").Ok()).Json["pending"]!.GetValue<long>(), pending => pending == 0, Patience);

        int Openings() => cluster.Silos[0].Output.Count(line => line.Contains("GAIA_HOME circuit opened", StringComparison.Ordinal));
    }
}
