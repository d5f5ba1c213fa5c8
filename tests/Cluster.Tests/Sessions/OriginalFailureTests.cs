using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>The six ways in which the implementation that the guide describes lost or confused sessions. None may come back.</summary>
public sealed class OriginalFailureTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    [Theory]
    [InlineData(RolloutPhase.DualWrite)]
    [InlineData(RolloutPhase.Cutover)]
    public async Task Original_1_a_write_with_dual_write_off_is_not_silently_dropped(RolloutPhase phase)
    {
        await Cluster.Put(s => s with { Phase = phase, GoPercentage = phase == RolloutPhase.Cutover ? 100 : 0, DualWrite = s.DualWrite with { Enabled = false } });
        var outcome = await Cluster.Create(Id, """{"status":"idle"}""");
        Assert.Equal((201, 1, DualWriteOutcome.Off), (outcome.Status, outcome.Version, outcome.DualWrite));
        Assert.Equal("\"idle\"", Some.Field((await Cluster.Row(Id)).Document!.Utf8, "status"));
        await Eventually.Holds(() => Some.Field(Cluster.Legacy.Side.Peek(Id), "status") == "\"idle\"", "legacy is fed until the migration is complete");
    }

    [Fact]
    public async Task Original_2_a_failed_follower_is_queued_and_a_retry_does_not_create_again()
    {
        Cluster.Legacy.Answer(Id, Some.Refused);
        Assert.Equal((201, DualWriteOutcome.Partial), await Cluster.Create(Id, """{"status":"idle"}""", key: "k") is var o ? (o.Status, o.DualWrite) : default);
        Assert.Contains(Id, (await Cluster.Rows.ListBehind(1_000, CancellationToken.None)).Select(r => r.Id));
        Assert.Equal((201, 1, true), await Cluster.Create(Id, """{"status":"idle"}""", key: "k") is var again ? (again.Status, again.Version, again.Replayed) : default);
        await Assert.ThrowsAsync<SessionExistsException>(() => Cluster.Create(Id, """{"status":"idle"}"""));
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal((1, 1), (Cluster.Legacy.Side.Applied(Id), (int)(await Cluster.Row(Id)).Version));
    }

    [Theory]
    [InlineData(DualWriteMode.GoLeads)]
    [InlineData(DualWriteMode.PythonLeads)]
    public async Task Original_3_every_field_is_written_to_both_sides_not_the_status_alone(DualWriteMode mode)
    {
        await Cluster.DualWrite(mode);
        var sent = JsonNode.Parse("""
            {"session_name":"n","user_id":"u","tier":"manager","provider":"claude","status":"busy","lesson_id":"l-1","time_window_start":"2026-01-31T12:00:00.123456Z",
             "time_window_end":"2026-01-31T13:00:00Z","last_heartbeat":"2026-01-31T12:30:00Z","health_status":"degraded","consecutive_failures":2,"max_concurrent_tasks":8,
             "current_task_count":3,"metadata":{"b":[1,{"c":null}],"a":"ä"},"created_at":"2025-12-24T18:00:00Z","invented_tomorrow":{"x":[true]}}
            """)!.AsObject();
        Assert.Equal(SessionField.All.Count - 2 + 1, sent.Count); // all but id and updated_at, and one that nobody knows
        await Cluster.Create(Id, sent.ToJsonString());
        foreach (var (field, value) in sent)
        {
            var (go, python) = await Cluster.Both(Id, field);
            Assert.True(JsonNode.DeepEquals(value, JsonNode.Parse(go!)) && JsonNode.DeepEquals(value, JsonNode.Parse(python!)), $"{field}: sent {value}, go {go}, python {python}");
        }
    }

    [Fact]
    public async Task Original_4_the_two_sides_are_not_swapped_when_they_are_compared_or_one_is_made_like_the_other()
    {
        await Cluster.Create(Id, """{"status":"idle","user_id":"u"}""");
        Cluster.Legacy.Side.Seed(Id, """{"status":"failed"}""");
        var comparison = await Cluster.Session(Id).Compare();
        Assert.Equal(SessionComparison.Different, comparison.Status);
        Assert.Equal(("\"failed\"", "\"idle\""), comparison.Differences.Single(d => d.Field == "status") is var s ? (s.PythonValue, s.GoValue) : default);
        Assert.Equal((null, "\"u\""), comparison.Differences.Single(d => d.Field == "user_id") is var u ? (u.PythonValue, u.GoValue) : default);
        Assert.Equal("\"failed\"", Some.Field(comparison.Python, "status"));
        Assert.Equal("\"idle\"", Some.Field(comparison.Go, "status"));

        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Sync(Side.Go, new("tester", "ours is right"))).Status);
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
        Cluster.Legacy.Side.Seed(Id, """{"status":"failed"}""");
        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Sync(Side.Python, new("tester", "theirs is right"))).Status);
        Assert.Equal(("\"failed\"", "\"failed\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task Original_5_sync_lag_rises_while_legacy_lacks_a_change_and_is_0_afterwards()
    {
        Assert.Equal((0, TimeSpan.Zero), await Cluster.Lag() is var none ? (none.Pending, none.Oldest) : default);
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Create(Id, "{}");
        var first = (await Cluster.Lag()).Oldest;
        await Eventually.Holds(async () => (await Cluster.Lag()).Oldest >= first + TimeSpan.FromMilliseconds(50), "the lag rises");
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal((0, TimeSpan.Zero, null), await Cluster.Lag() is var lag ? (lag.Pending, lag.Oldest, lag.OldestSessionId) : default);
    }

    [Fact]
    public async Task Original_6_every_status_is_migrated_and_a_bad_record_leaves_nothing_behind()
    {
        var statuses = SessionField.ByName["status"].Values;
        foreach (var status in statuses) Cluster.Legacy.Side.Seed($"{Id}-{status}", $$"""{"status":"{{status}}"}""");
        Cluster.Legacy.Side.Seed($"{Id}-odd", """{"status":"on holiday"}""");
        Cluster.Legacy.Side.Seed($"{Id}-bad", "this is no JSON");
        await Cluster.Migrate.Start(new());
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).State == RunState.Completed, "the run is complete");
        foreach (var status in statuses) Assert.Equal(JsonSerializer.Serialize(status), Some.Field((await Cluster.Row($"{Id}-{status}")).Document!.Utf8, "status"));
        Assert.Equal("\"on holiday\"", Some.Field((await Cluster.Row($"{Id}-odd")).Document!.Utf8, "status"));
        Assert.Equal(0, (await Cluster.Row($"{Id}-bad")).Version);
        Assert.Single(Cluster.Rows.Errors, e => e.SessionId == $"{Id}-bad");
    }
}
