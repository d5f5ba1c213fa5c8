using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>Pins and the end of the migration over HTTP.</summary>
public sealed class CompletionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task From_a_pin_to_the_point_of_no_return()
    {
        const string id = "session-000001", odd = "a/b ü";
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 5, settings: Unhurried.Settings);
        var (silo, gateway) = (new Http(cluster.Silos[0].Url), new Http(cluster.Gateway.Url));
        await Refused(silo.Put($"api/migration/pins/{id}", """{"side":"go","reason":"canary"}"""), HttpStatusCode.Conflict, "blocked");
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();

        await Refused(silo.Put($"api/migration/pins/{id}", """{"side":"left","reason":"canary"}"""), HttpStatusCode.BadRequest, "invalid_field", "side");
        await Refused(silo.Put($"api/migration/pins/{id}", """{"reason":"canary"}"""), HttpStatusCode.BadRequest, "missing_field", "side");
        await Refused(silo.Put($"api/migration/pins/{id}", """{"side":"go"}"""), HttpStatusCode.BadRequest, "reason_required");
        await Refused(silo.Put($"api/migration/pins/{id}", """{"side":"go","until":"2001-01-01T00:00:00Z","reason":"canary"}"""), HttpStatusCode.BadRequest, "invalid_field", "until");
        await Refused(silo.Get($"api/migration/pins/{id}"), HttpStatusCode.NotFound, "unknown_pin");
        await Refused(silo.Delete($"api/migration/pins/{id}"), HttpStatusCode.NotFound, "unknown_pin");
        var pinned = (await silo.Put($"api/migration/pins/{id}", """{"side":"go","reason":"canary"}""").Ok()).Json;
        Assert.Equal(("go", "canary", 2), (pinned["side"]!.GetValue<string>(), pinned["reason"]!.GetValue<string>(), pinned["gateways_acknowledged"]!.GetValue<int>()));
        await silo.Put($"api/migration/pins/{Uri.EscapeDataString(odd)}", """{"side":"python","reason":"odd"}""").Ok();
        Assert.Equal([odd, id], (await silo.Get("api/migration/pins").Ok()).Json.AsArray().Select(p => p!["session_id"]!.GetValue<string>()));
        Assert.Equal("go", (await gateway.Get($"api/sessions/{id}").Ok()).Headers["X-Gaia-Served-By"]);
        Assert.Equal("python", (await gateway.Get("api/sessions/session-000002").Ok()).Headers["X-Gaia-Served-By"]);
        Assert.Contains("pinned", (await silo.Get($"api/migration/sessions/{id}").Ok()).Json["served"]!["why"]!.GetValue<string>(), StringComparison.Ordinal);

        await silo.Post("api/traffic-split", """{"go_percentage":100,"python_percentage":0,"force":true,"reason":"tests"}""").Ok();
        await Refused(silo.Post("api/migration/complete", """{"reason":"done"}"""), HttpStatusCode.BadRequest, "missing_field", "confirm");
        await Refused(silo.Post("api/migration/complete", """{"confirm":"another","reason":"done"}"""), HttpStatusCode.BadRequest, "invalid_field", "confirm");
        var blocked = await Refused(silo.Post("api/migration/complete", """{"confirm":"gaia","reason":"done"}"""), HttpStatusCode.Conflict, "blocked");
        Assert.Contains("pins", blocked.Json["blockers"]!.AsArray().Select(b => b!["gate"]!.GetValue<string>()));
        Assert.Equal("cutover", (await silo.Get("api/traffic-split").Ok()).Json["phase"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_rehearsal_goes_through_every_phase_to_its_end_and_then_needs_legacy_no_more()
    {
        const string id = "session-000003";
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 20, settings: Unhurried.Settings);
        var (silo, gateway, legacy) = (new Http(cluster.Silos[0].Url), new Http(cluster.Gateway.Url), new Http(cluster.Legacy.Url));
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"rehearsal"}""").Ok();
        foreach (var kind in new[] { "migrate", "verify" })
        {
            await silo.Post("api/migration/runs", $$"""{"kind":"{{kind}}"}""").Ok();
            await Eventually.Get(async () => (await silo.Get($"api/migration/runs/{kind}").Ok()).Json["state"]!.GetValue<string>(), state => state == "completed", Patience);
        }

        await Phase("gradual_rollout");
        await silo.Post("api/traffic-split", """{"go_percentage":50,"python_percentage":50}""").Ok();
        foreach (var to in new[] { "monitoring", "cutover", "deprecation" }) await Phase(to);
        await gateway.Patch($"api/sessions/{id}", """{"metadata":{"v":"before"}}""").Ok();
        Assert.Equal("before", (await legacy.Get($"api/sessions/{id}").Ok()).Json["metadata"]!["v"]!.GetValue<string>());
        var completed = await Passed(() => silo.Post("api/migration/complete", """{"confirm":"gaia","reason":"all is moved"}"""));
        Assert.Equal(("completed", 100, cluster.Silos.Count + 1), (completed.Json["phase"]!.GetValue<string>(), completed.Json["go_percentage"]!.GetValue<int>(), completed.Json["gateways_acknowledged"]!.GetValue<int>()));

        await gateway.Patch($"api/sessions/{id}", """{"metadata":{"v":"after"}}""").Ok();
        Assert.Equal("before", (await legacy.Get($"api/sessions/{id}").Ok()).Json["metadata"]!["v"]!.GetValue<string>());
        var blocked = await Refused(silo.Post("api/traffic-split", """{"go_percentage":0,"python_percentage":100,"force":true,"reason":"too late"}"""), HttpStatusCode.Conflict, "blocked");
        Assert.Equal("completed", Assert.Single(blocked.Json["blockers"]!.AsArray())!["gate"]!.GetValue<string>());
        await Refused(silo.Post("api/migration/phase", """{"to":"dual_write","force":true,"reason":"too late"}"""), HttpStatusCode.Conflict, "blocked");
        Assert.Equal(completed.Json["epoch"]!.GetValue<long>(), (await silo.Post("api/migration/complete", """{"confirm":"gaia","reason":"again"}""").Ok()).Json["epoch"]!.GetValue<long>());

        await cluster.Legacy.KillAsync();
        Assert.Equal("after", (await gateway.Get($"api/sessions/{id}").Ok()).Json["metadata"]!["v"]!.GetValue<string>());
        Assert.Equal(20, (await gateway.Get("api/sessions").Ok()).Json.AsArray().Count);
        await gateway.Post("api/sessions", """{"id":"born-after","status":"idle"}""").Ok();
        await gateway.Get("api/sessions/born-after").Ok();

        Task<Answer> Phase(string to) => Passed(() => silo.Post("api/migration/phase", $$"""{"to":"{{to}}","reason":"rehearsal"}"""));
    }

    /// <summary>What soaks for a second in a rehearsal is asked for until it has.</summary>
    private static async Task<Answer> Passed(Func<Task<Answer>> advance) => await Eventually.Get(advance, answer => answer.Status == HttpStatusCode.OK, Patience);

    private static async Task<Answer> Refused(Task<Answer> sending, HttpStatusCode status, string code, string? field = null)
    {
        var answer = await sending;
        Assert.True((answer.Status, answer.Code) == (status, code), answer.ToString());
        if (field is not null) Assert.NotNull(answer.Json["errors"]![field]);
        return answer;
    }
}
