using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Emergencies;

/// <summary>The cluster is dead, the glass is broken, clients write to GAIA_HOME. When the cluster is back nothing of its own past overwrites that.</summary>
public sealed class EmergencyTests
{
    private const string Both = "session-000001", Pending = "session-000002", Fresh = "fresh";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] OnlyPending = [Pending], Put = ["PUT"];

    [Fact]
    public async Task What_clients_wrote_meanwhile_stands_and_what_was_pending_waits_for_an_operator()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 10);
        var (gateway, legacy, silo) = (new Http(cluster.Gateway.Url), new Http(cluster.Legacy.Url), new Http(cluster.Silos[0].Url));
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await silo.Post("api/traffic-split", """{"go_percentage":100,"python_percentage":0,"force":true,"reason":"tests"}""").Ok();
        await Write(Both, "before");
        await Write(Pending, "before");
        foreach (var id in (string[])[Both, Pending]) await Comes("before", id);
        await cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, only = new { ids = OnlyPending } });
        await Write(Pending, "lost with the cluster");
        await Task.WhenAll(cluster.Silos.Select(s => s.KillAsync()));
        await cluster.Legacy.ClearFaultsAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Get($"api/sessions/{Both}")).Status);
        await Lever("""{"to":"python","confirm":"gaia_gateway","reason":"the cluster is dead"}""").Ok();
        var answer = await gateway.Get($"api/sessions/{Both}").Ok();
        Assert.Equal(("before", "python", "python"), (answer.Json["note"]!.GetValue<string>(), answer.Headers["X-Gaia-Served-By"], answer.Headers["X-Gaia-Emergency"]));
        await Write(Both, "emergency");
        await Write(Pending, "emergency");
        var off = await Lever("""{"to":"off","confirm":"gaia_gateway","reason":"too early"}""");
        Assert.Equal((HttpStatusCode.Conflict, "blocked"), (off.Status, off.Code));

        await cluster.Gateway.RestartAsync();
        await cluster.Gateway.UntilReadyAsync();
        await gateway.Post("api/sessions", $$"""{"id":"{{Fresh}}","note":"emergency"}""").Ok();

        await Task.WhenAll(cluster.Silos.Select(s => s.RestartAsync()));
        var entry = await Eventually.Get(async () => (await silo.Get("api/migration/history?limit=1").Ok()).Json[0]!, e => e["action"]!.GetValue<string>() == "incarnation", Patience);
        Assert.Contains("the cluster is dead", entry["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        var split = (await silo.Get("api/traffic-split").Ok()).Json;
        Assert.Equal((0, "dual_write"), (split["go_percentage"]!.GetValue<int>(), split["phase"]!.GetValue<string>()));
        Assert.False((await silo.Get("api/migration/dual-write").Ok()).Json["enabled"]!.GetValue<bool>());
        var open = (await silo.Get("api/migration/conflicts?resolved=false").Ok()).Json.AsArray();
        Assert.Equal(Pending, Assert.Single(open)!["session_id"]!.GetValue<string>());

        var refused = await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""");
        Assert.Equal((HttpStatusCode.Conflict, "gateway_unreachable"), (refused.Status, refused.Code));
        Assert.Contains("gaia_gateway", refused.Json["gateways"]!.AsArray().Select(g => g!.GetValue<string>()));
        await Eventually.Get(() => Lever("""{"to":"off","confirm":"gaia_gateway","reason":"the cluster is back"}"""), a => a.Status == HttpStatusCode.OK, Patience);
        await Eventually.Get(() => silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}"""), a => a.Status == HttpStatusCode.OK, Patience);

        Assert.DoesNotContain("X-Gaia-Emergency", (await gateway.Get($"api/sessions/{Both}").Ok()).Headers.Keys);
        foreach (var id in (string[])[Both, Fresh])
        {
            Assert.Equal("emergency", await Note(gateway, id));
            Assert.Equal("emergency", await Note(legacy, id));
        }

        // What is set aside is served to nobody and holds up nothing, until somebody decides for it.
        Assert.Equal(("emergency", "emergency"), (await Note(gateway, Pending), await Note(legacy, Pending)));
        await gateway.Patch($"api/sessions/{Pending}", """{"status":"busy"}""").Ok();
        Assert.Equal("emergency", await Note(gateway, Pending));
        await Eventually.Get(async () => (await legacy.Get($"api/sessions/{Pending}").Ok()).Json["status"]!.GetValue<string>(), status => status == "busy", Patience);
        var all = (await silo.Post("api/migration/conflicts/resolve", """{"strategy":"go_leads","reason":"tests"}""").Ok()).Json.AsArray();
        Assert.Equal((false, "set_aside"), (Assert.Single(all)!["resolved"]!.GetValue<bool>(), all[0]!["problem"]!["code"]!.GetValue<string>()));
        await silo.Post($"api/migration/conflicts/{open[0]!["id"]!.GetValue<long>()}/resolve", """{"strategy":"go_leads","reason":"tests"}""").Ok();
        Assert.Equal("lost with the cluster", await Note(gateway, Pending));
        await Comes("lost with the cluster", Pending);

        Task<Answer> Lever(string body) => gateway.Post("api/gateway/emergency", body);

        // At once, but on a machine that stood still meanwhile.
        Task Comes(string note, string id) => Eventually.Get(() => Note(legacy, id), n => n == note, Patience);

        Task Write(string id, string note) => gateway.Patch($"api/sessions/{id}", $$"""{"note":"{{note}}"}""").Ok();
    }

    /// <summary>The silos live on without their database, and what they were about to send is due when it is back: before the gateway has told anybody.</summary>
    [Fact]
    public async Task What_clients_wrote_while_the_database_alone_was_away_is_not_overwritten_by_repair()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 10);
        var (gateway, legacy, silo) = (new Http(cluster.Gateway.Url), new Http(cluster.Legacy.Url), new Http(cluster.Silos[0].Url));
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, only = new { ids = OnlyPending, methods = Put } });
        await gateway.Patch($"api/sessions/{Pending}", """{"note":"from before"}""").Ok();
        await cluster.Postgres.KillAsync();
        await Eventually.Get(() => gateway.Get($"api/sessions/{Both}"), a => a.Status == HttpStatusCode.ServiceUnavailable, Patience);
        await gateway.Post("api/gateway/emergency", """{"to":"python","confirm":"gaia_gateway","reason":"the database is dead"}""").Ok();
        await gateway.Patch($"api/sessions/{Pending}", """{"note":"emergency"}""").Ok();
        // It is late, and repair is not: what is pending has been due for long, and nothing refuses it any more.
        await cluster.Gateway.SuspendAsync();
        await cluster.Legacy.ClearFaultsAsync();
        await cluster.Postgres.StartAgainAsync();
        var (back, _) = await Age();
        await Eventually.Get(Age, seen => seen.Age > back + 2_000, Patience);
        Assert.Equal("emergency", await Note(legacy, Pending));
        cluster.Gateway.Resume();

        await Eventually.Get(async () => (await silo.Get("api/migration/history?limit=1")) is { Status: HttpStatusCode.OK } a ? (string?)a.Json[0]!["action"] : null, action => action == "incarnation", Patience);
        var open = (await Eventually.Get(() => silo.Get("api/migration/conflicts?resolved=false"), a => a.Status == HttpStatusCode.OK, Patience)).Json.AsArray();
        Assert.Equal(Pending, Assert.Single(open)!["session_id"]!.GetValue<string>());
        Assert.Equal("emergency", await Note(legacy, Pending));
        // A client changes, and the cluster puts: nothing that was pending has come there.
        Assert.Equal(0, (await legacy.Get($"__stats/writes?id={Pending}").Ok()).Json["PUT"]!.GetValue<int>());

        // By the clock of the database, in milliseconds; and for who reads a failure, what came to GAIA_HOME instead.
        async Task<(double Age, string Writes)> Age() => (
            (await Eventually.Get(() => silo.Get("api/migration/sync-lag"), a => a.Status == HttpStatusCode.OK, Patience)).Json["current_ms"]!.GetValue<double>(),
            (await legacy.Get($"__stats/writes?id={Pending}").Ok()).Body);
    }

    private static async Task<string> Note(Http side, string id) => (await side.Get($"api/sessions/{id}").Ok()).Json["note"]!.GetValue<string>();
}
