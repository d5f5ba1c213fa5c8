using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Conflicts;

/// <summary>Somebody writes to GAIA_HOME directly, a client writes through the gateway, and the strategy decides at once.</summary>
[Collection(ConflictClusterTests.Name)]
public sealed class StrategyTests(ConflictCluster conflicts)
{
    static readonly TimeSpan Healing = TimeSpan.FromSeconds(20);
    static readonly string[] OurMethod = ["PUT"];

    [Theory]
    [InlineData("go_leads", "busy")]
    [InlineData("python_leads", "paused")]
    [InlineData("latest", "busy")]
    public async Task The_strategys_value_is_on_both_sides_and_the_decision_in_the_list(string strategy, string expected)
    {
        await conflicts.Strategy(strategy);
        var id = await conflicts.Create();
        var answer = await conflicts.Disagree(id);
        Assert.Equal("success", answer.Headers["X-Gaia-Dual-Write"]);
        await conflicts.AssertBoth(id, expected);
        Assert.Equal(expected, (await conflicts.Gateway.Get($"api/sessions/{id}").Ok()).Json["status"]!.GetValue<string>());
        var conflict = Assert.Single(await conflicts.Conflicts(id));
        Assert.Equal(
            ("status", "paused", "busy", true, strategy, "system"),
            (Text(conflict, "field"), Text(conflict, "python_value"), Text(conflict, "go_value"), conflict["resolved"]!.GetValue<bool>(), Text(conflict, "strategy"), Text(conflict, "resolved_by")));
    }

    [Fact]
    public async Task Latest_is_theirs_when_they_wrote_after_us()
    {
        await conflicts.Strategy("latest");
        var id = await conflicts.Create();
        await conflicts.Cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, only = new { ids = new[] { id }, methods = OurMethod } });
        Assert.Equal("partial", (await conflicts.Put(id, "busy")).Headers["X-Gaia-Dual-Write"]);
        await conflicts.Legacy.Patch($"api/sessions/{id}", """{"status":"paused"}""").Ok();
        await conflicts.Cluster.Legacy.ClearFaultsAsync();
        await Eventually.Get(() => conflicts.Both(id), both => both == ("paused", "paused"), Healing);
        Assert.Equal("latest", Text(Assert.Single(await conflicts.Conflicts(id)), "strategy"));
    }

    [Theory]
    [InlineData("go_leads", "busy")]
    [InlineData("python_leads", null)]
    public async Task A_session_they_deleted_is_created_again_or_gone(string strategy, string? expected)
    {
        await conflicts.Strategy(strategy);
        var id = await conflicts.Create();
        await conflicts.Legacy.Delete($"api/sessions/{id}").Ok();
        await conflicts.Put(id, "busy");
        Assert.Equal(expected is null ? 404 : 200, (int)(await conflicts.Legacy.Get($"api/sessions/{id}")).Status);
        Assert.Equal(expected is null ? 404 : 200, (int)(await conflicts.Gateway.Get($"api/sessions/{id}")).Status);
        var conflict = Assert.Single(await conflicts.Conflicts(id));
        Assert.Equal(("$", strategy), (Text(conflict, "field"), Text(conflict, "strategy")));
        Assert.Null(conflict["python_value"]);
        Assert.Equal("busy", conflict["go_value"]!["status"]!.GetValue<string>());
    }

    static string Text(System.Text.Json.Nodes.JsonNode node, string member) => node[member]!.GetValue<string>();
}
