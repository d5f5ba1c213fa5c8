using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>Pins and the end of the migration over HTTP.</summary>
public sealed class CompletionTests
{
    [Fact]
    public async Task From_a_pin_to_the_point_of_no_return()
    {
        const string id = "session-000001", odd = "a/b ü";
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 5);
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

    private static async Task<Answer> Refused(Task<Answer> sending, HttpStatusCode status, string code, string? field = null)
    {
        var answer = await sending;
        Assert.True((answer.Status, answer.Code) == (status, code), answer.ToString());
        if (field is not null) Assert.NotNull(answer.Json["errors"]![field]);
        return answer;
    }
}
