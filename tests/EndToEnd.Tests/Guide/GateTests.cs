using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Guide;

/// <summary>The guide's own sequence of splits, with its bodies.</summary>
public sealed class GateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task In_a_rehearsal_the_guides_sequence_works_and_its_history_says_that_it_is_one()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 50);
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"guide"}""").Ok();
        Assert.Equal("dual_write", Text((await silo.Get("api/migration/status").Ok()).Json["phase"]));
        foreach (var kind in new[] { "migrate", "verify" })
        {
            await silo.Post("api/migration/runs", $$"""{"kind":"{{kind}}"}""").Ok();
            await Eventually.Get(async () => Text((await silo.Get($"api/migration/runs/{kind}").Ok()).Json["state"]), state => state == "completed", Patience);
        }

        foreach (var (go, phase) in new[] { (10, "gradual_rollout"), (50, "gradual_rollout"), (100, "cutover"), (0, "dual_write") })
        {
            var answer = await Eventually.Get(
                () => new Http(cluster.Gateway.Url).Post("api/traffic-split", $$"""{"go_percentage": {{go}}, "python_percentage": {{100 - go}}}"""), a => a.Status == HttpStatusCode.OK, Patience);
            Assert.Equal(phase, Text(answer.Json["phase"]));
        }

        var advances = (await silo.Get("api/migration/history").Ok()).Json.AsArray().Where(h => h!["verdicts"] is JsonArray).ToList();
        Assert.Equal(3, advances.Count);
        Assert.All(advances, advance => Assert.True(advance!["verdicts"]!.AsArray().Count > 1, advance.ToJsonString()));
        Assert.All(advances.SelectMany(h => h!["verdicts"]!.AsArray()).Where(v => Text(v!["gate"]) != "not_paused"), v => Assert.StartsWith("rehearsal", Text(v!["evidence"]), StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_production_it_is_refused_with_what_is_missing_and_so_is_bad_input()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 10, settings: new Dictionary<string, string?> { ["Rollout__Rehearsal"] = "false" });
        var silo = new Http(cluster.Silos[0].Url);
        var refused = await new Http(cluster.Gateway.Url).Post("api/traffic-split", """{"go_percentage": 10, "python_percentage": 90}""");
        Assert.Equal((HttpStatusCode.Conflict, "blocked"), (refused.Status, refused.Code));
        var blockers = refused.Json["blockers"]!.AsArray().Select(b => Text(b!["gate"])).ToList();
        foreach (var gate in new[] { "team_trained", "backup_restored", "dual_write_enabled", "ledger_closed", "dual_write_success" }) Assert.Contains(gate, blockers);
        var plan = (await silo.Get("api/migration/plan?to=gradual_rollout").Ok()).Json;
        Assert.Equal(("preparation", "gradual_rollout", 10, false), (Text(plan["from"]), Text(plan["to"]), (int)plan["go_percentage"]!, (bool)plan["can_advance"]!));
        Assert.Equal("pass", Text(plan["gates"]!.AsArray().Single(g => Text(g!["gate"]) == "validator_self_test")!["status"]));
        Assert.Equal("pass", Text(plan["gates"]!.AsArray().Single(g => Text(g!["gate"]) == "database_migrated")!["status"]));
        await BadInput(silo);

        await silo.Post("api/migration/attestations", """{"name":"team_trained","note":"all of them"}""").Ok();
        await silo.Post("api/migration/drills", """{"name":"backup_restored","result":"passed","evidence":"log"}""").Ok();
        foreach (var each in cluster.Silos) await new Http(each.Url).Get("metrics").Ok();
        var checklist = await Eventually.Get(
            async () => (await new Http(cluster.Silos[1].Url).Get("api/migration/checklist").Ok()).Json["lines"]!.AsArray(), lines => State(lines, "metrics_scraped") == "pass", Patience);
        Assert.Equal((39, "pass", "pass", "inconclusive"), (checklist.Count, State(checklist, "team_trained"), State(checklist, "backup_restored"), State(checklist, "communication_plan")));
    }

    private static async Task BadInput(Http silo)
    {
        var before = (await silo.Get("api/traffic-split").Ok()).Json["epoch"]!.GetValue<long>();
        foreach (var (path, body, field) in new[]
        {
            ("phase", "{}", "to"), ("phase", """{"to":"nowhere"}""", "to"), ("phase", """{"to":"completed","force":true,"reason":"x"}""", "to"), ("phase", """{"to":"dual_write","force":"yes"}""", "force"),
            ("attestations", "{}", "name"), ("attestations", """{"name":"no_such_line"}""", "name"), ("drills", """{"name":"rollback_drill"}""", "result"),
            ("drills", """{"name":"rollback_drill","result":"well"}""", "result"), ("drills", """{"name":"rollback_drill","result":"passed"}""", "evidence"), ("drills", """{"name":"x","result":"passed","evidence":"x"}""", "name"),
        })
        {
            var answer = await silo.Post($"api/migration/{path}", body);
            Assert.True(answer.Status == HttpStatusCode.BadRequest && answer.Json["errors"]?[field] is not null, $"{path} {body}: {answer}");
        }

        Assert.Equal("reason_required", (await silo.Post("api/migration/phase", """{"to":"dual_write","force":true}""")).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await silo.Get("api/migration/plan?to=nowhere")).Status);
        var stale = await silo.Post("api/migration/phase", """{"to":"dual_write","expected_epoch":999}""");
        Assert.Equal((HttpStatusCode.PreconditionFailed, before), (stale.Status, stale.Json["current"]!["epoch"]!.GetValue<long>()));
        Assert.Equal(before, (await silo.Get("api/traffic-split").Ok()).Json["epoch"]!.GetValue<long>());
    }

    private static string? State(JsonArray lines, string name) => Text(lines.Single(l => Text(l!["name"]) == name)!["state"]);

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
