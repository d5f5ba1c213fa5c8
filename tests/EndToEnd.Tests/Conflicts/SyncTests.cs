using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Conflicts;

/// <summary>An operator says which side is right, whatever the other one has.</summary>
[Collection(ConflictClusterTests.Name)]
public sealed class SyncTests(ConflictCluster conflicts)
{
    [Theory]
    [InlineData("go", "busy")]
    [InlineData("python", "paused")]
    public async Task Forcing_a_side_decides_what_is_open(string source, string expected)
    {
        var (id, _) = await conflicts.Disputed(("tier", "\"manager\""));
        var answer = (await conflicts.Sync(id, source).Ok()).Json;
        Assert.Equal(("synced", id, source), (answer["status"]!.GetValue<string>(), answer["session_id"]!.GetValue<string>(), answer["source"]!.GetValue<string>()));
        Assert.Equal(["status", "tier"], answer["fields"]!.AsArray().Select(f => f!.GetValue<string>()).Order());
        await conflicts.AssertBoth(id, expected);
        Assert.Equal(["status", "tier"], (await conflicts.Conflicts(id)).Select(line => line["field"]!.GetValue<string>()).Order());
        Assert.All(await conflicts.Conflicts(id), line => Assert.Equal(("sync", "tests", true), (line["strategy"]!.GetValue<string>(), line["reason"]!.GetValue<string>(), line["resolved"]!.GetValue<bool>())));

        var again = (await conflicts.Sync(id, source).Ok()).Json;
        Assert.Equal(answer["version"]!.GetValue<long>(), again["version"]!.GetValue<long>());
        Assert.Empty(again["fields"]!.AsArray());
    }

    [Theory]
    [InlineData("go", "idle")]
    [InlineData("python", "paused")]
    public async Task Without_a_conflict_their_change_is_undone_or_taken_over(string source, string expected)
    {
        await conflicts.Strategy("manual");
        var id = await conflicts.Create();
        await conflicts.PutDirectly(id, ("status", "\"paused\""));
        await conflicts.Sync(id, source).Ok();
        await conflicts.AssertBoth(id, expected);
    }

    [Theory]
    [InlineData("go", "busy")]
    [InlineData("python", "idle")]
    public async Task What_legacy_refused_is_sent_again_or_given_up(string source, string expected)
    {
        var (id, refused) = await conflicts.Refused();
        await conflicts.Cluster.Legacy.ClearFaultsAsync();
        Assert.Equal("synced", (await conflicts.Sync(id, source).Ok()).Json["status"]!.GetValue<string>());
        await conflicts.AssertBoth(id, expected);
        Assert.Empty(await conflicts.Conflicts(id, resolved: false));
        Assert.Equal("sync", (await conflicts.Silo.Get($"api/migration/conflicts/{refused["id"]}").Ok()).Json["strategy"]!.GetValue<string>());
    }

    [Fact]
    public async Task Forcing_a_GAIA_HOME_that_has_no_such_session_deletes_it()
    {
        await conflicts.Strategy("manual");
        var id = await conflicts.Create();
        await conflicts.Legacy.Delete($"api/sessions/{id}").Ok();
        Assert.Equal("synced", (await conflicts.Sync(id, "python").Ok()).Json["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await conflicts.Gateway.Get($"api/sessions/{id}")).Status);
        var line = Assert.Single(await conflicts.Conflicts(id));
        Assert.Equal(("$", "idle"), (line["field"]!.GetValue<string>(), line["go_value"]!["status"]!.GetValue<string>()));
        Assert.Equal("unknown_session", (await conflicts.Sync(id, "python")).Code);
    }

    [Fact]
    public async Task Forcing_the_target_creates_what_they_deleted()
    {
        await conflicts.Strategy("manual");
        var id = await conflicts.Create();
        await conflicts.Legacy.Delete($"api/sessions/{id}").Ok();
        Assert.Equal("synced", (await conflicts.Sync(id, "go").Ok()).Json["status"]!.GetValue<string>());
        await conflicts.AssertBoth(id, "idle");
    }
}
