using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>
/// A GAIA_HOME whose pages are counted off, listed while sessions come and go before the place that is being read: some are shown twice, and
/// others slip past.
/// </summary>
public sealed class ShiftingPagesTests
{
    private const int Sessions = 3_000;

    [Fact]
    public async Task Sessions_that_are_listed_twice_or_slip_past_are_each_migrated_once()
    {
        await using var cluster = await LocalCluster.StartAsync(
            silos: 1, sessions: Sessions, settings: new Dictionary<string, string?> { ["Legacy__PageSize"] = "100" }, legacy: ["--list-shape", "items"]);
        await cluster.DualWrite();
        // Slow enough for what is done to the sessions while it runs, on any machine.
        await cluster.StartRun("""{"kind":"migrate","rate":200}""");
        await cluster.UntilRun("migrate", run => run.Count("done") >= 500);
        // Before everything that is listed yet to come: later pages move back by fifty, and forward by twenty.
        await cluster.Legacy.InSqlite("DELETE FROM sessions WHERE id BETWEEN 'session-000101' AND 'session-000150'");
        await cluster.UntilRun("migrate", run => run.Count("done") >= 1_500);
        await cluster.Legacy.InSqlite("INSERT INTO sessions (id, status, tier, body) SELECT 'a' || id, status, tier, replace(body, id, 'a' || id) FROM sessions WHERE id <= 'session-000020'");
        await cluster.Alive().Patch("api/migration/runs/migrate", """{"rate":null}""").Ok();
        var run = await cluster.Completed("migrate");
        run.AssertClosed();
        Assert.True(run.Count("listed") >= Sessions, run.ToJsonString());
        Assert.Empty((await LegacyIds(cluster)).Except(await RowIds(cluster)));
        // What was deleted behind the cluster's back after it was migrated is found, and nothing else.
        var verified = await cluster.Run("""{"kind":"verify"}""");
        Assert.Equal((50, 0), (verified.Count("mismatched"), verified.Count("failed")));
    }

    private static async Task<HashSet<string>> LegacyIds(LocalCluster cluster)
    {
        var page = (await new Http(cluster.Legacy.Url).Get("api/sessions?page=1&per_page=100000").Ok()).Json["items"]!.AsArray();
        return [.. page.Select((JsonNode? s) => s!["id"]!.GetValue<string>())];
    }

    private static async Task<HashSet<string>> RowIds(LocalCluster cluster)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand("SELECT id FROM claude_sessions");
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new HashSet<string>();
        while (await reader.ReadAsync()) ids.Add(reader.GetString(0));
        return ids;
    }
}
