using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.EndToEnd.Tests.Runs;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Windows;

public sealed class GuardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Legacy_away_under_readers_is_a_pause_that_ends_when_an_operator_says_why()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 200);
        var (silo, gateway) = (new Http(cluster.Silos[0].Url), new Http(cluster.Gateway.Url));
        await cluster.DualWrite();
        await cluster.Legacy.KillAsync();
        for (var i = 1; i <= 200; i++) Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Get($"api/sessions/session-{i:000000}")).Status);
        var paused = await Eventually.Get(Status, s => s["paused"] is not null, Patience);
        Assert.StartsWith("guard: python 100 %", paused["paused"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("pause", paused["guard"]!["verdict"]!.GetValue<string>());

        await cluster.Legacy.RestartAsync();
        await cluster.StartRun("""{"kind":"migrate"}""");
        var held = await cluster.UntilRun("migrate", run => run["reason"] is not null);
        Assert.Equal(("running", 0), (held.State(), held.Count("done")));
        Assert.Contains("guard", held["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        var refused = await silo.Post("api/traffic-split", """{"go_percentage":10,"python_percentage":90}""");
        Assert.Contains("not_paused", refused.Json["blockers"]!.AsArray().Select(b => b!["gate"]!.GetValue<string>()));

        var silent = await silo.Post("api/migration/resume", "{}");
        Assert.Equal((HttpStatusCode.BadRequest, "reason_required"), (silent.Status, silent.Code));
        await silo.Post("api/migration/resume", """{"reason":"GAIA_HOME had been restarted"}""").Ok();
        Assert.Equal(200, (await cluster.Completed("migrate")).Count("migrated"));
        Assert.Null((await Status())["paused"]);

        async Task<JsonNode> Status() => (await silo.Get("api/migration/status").Ok()).Json;
    }
}
