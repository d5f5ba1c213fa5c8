using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Conflicts;

/// <summary>go_leads, while clients also write to legacy directly.</summary>
public sealed class DirectWriterTests(GaiaCluster cluster) : ConflictTestBase(cluster)
{
    [Theory]
    [InlineData(ConflictStrategy.GoLeads, "\"busy\"", "go_leads")]
    [InlineData(ConflictStrategy.PythonLeads, "\"paused\"", "python_leads")]
    public async Task A_direct_change_meets_ours_and_the_strategy_decides(ConflictStrategy strategy, string expected, string logged)
    {
        await Strategy(strategy);
        await Cluster.Create(Id, """{"status":"idle"}""");
        WriteDirectly("status", "\"paused\"");
        Assert.Equal(DualWriteOutcome.Success, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.Equal((expected, expected), await Cluster.Both(Id));
        var line = Assert.Single(await Log());
        Assert.Equal(("status", "\"paused\"", "\"busy\"", true, logged, "system"), (line.Field, line.PythonValue, line.GoValue, line.Resolved, line.Strategy, line.ResolvedBy));
        Assert.True((await Cluster.Row(Id)).InSync);
    }

    [Fact]
    public async Task Manual_keeps_both_serves_ours_and_sends_nothing()
    {
        await Strategy(ConflictStrategy.Manual);
        await Cluster.Create(Id, """{"status":"idle"}""");
        WriteDirectly("status", "\"paused\"");
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"user_id":"u"}""")).DualWrite);
        Assert.Equal(("\"busy\"", "\"paused\""), await Cluster.Both(Id));
        Assert.True((await Cluster.Session(Id).Read()).Pending, "only the target shows what was acknowledged");
        Assert.Equal(0, (await Cluster.Lag()).Pending);
        Assert.Single(Cluster.Legacy.Sent(Id));

        await Cluster.Merge(Id, """{"status":"offline"}""");
        var open = Assert.Single(await Log(resolved: false));
        Assert.Equal(("\"paused\"", "\"offline\""), (open.PythonValue, open.GoValue));
        await Cluster.Merge(Id, """{"status":"busy"}""");

        await Cluster.Forget(Id);
        var settled = await Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("ours")));
        Assert.Equal((SessionSettlement.Synced, "status"), (settled.Status, Assert.Single(settled.Fields)));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Equal("\"u\"", (await Cluster.Both(Id, "user_id")).Python);
        Assert.Equal(("tester", "ours"), Assert.Single(await Log(resolved: true)) is var line ? (line.ResolvedBy, line.Reason) : default);
    }

    [Fact]
    public async Task What_only_they_changed_is_found_before_it_is_overwritten_and_not_after()
    {
        await Strategy(ConflictStrategy.PythonLeads);
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Refused);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        WriteDirectly("status", "\"paused\"");
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task An_echo_of_our_own_late_request_is_no_conflict()
    {
        await Strategy(ConflictStrategy.Manual);
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost, applied: true);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal(DualWriteOutcome.Success, (await Cluster.Merge(Id, """{"status":"offline"}""")).DualWrite);
        Assert.Equal(("\"offline\"", "\"offline\""), await Cluster.Both(Id));
        Assert.Empty(await Log());
    }

    [Fact]
    public async Task Another_spelling_of_the_same_values_is_no_conflict()
    {
        await Strategy(ConflictStrategy.Manual);
        await Cluster.Create(Id, """{"status":"idle","metadata":{"a":1,"b":2}}""");
        WriteDirectly("status", "\"SessionStatus.BUSY\"");
        WriteDirectly("metadata", """{"b":2.0,"a":1}""");
        Assert.Equal(DualWriteOutcome.Success, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.Empty(await Log());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_spelling_while_we_change_another_field_costs_us_nothing_also_after_a_crash(bool crash)
    {
        await Strategy(ConflictStrategy.PythonLeads);
        await Cluster.Create(Id, """{"status":"idle","last_heartbeat":"2026-01-31T12:00:00.123456Z"}""");
        WriteDirectly("last_heartbeat", "\"2026-01-31T12:00:00.123\"");
        Cluster.Legacy.Answer(Id, Some.Refused);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"user_id":"u"}""")).DualWrite);
        WriteDirectly("last_heartbeat", "\"2026-01-31T12:00:00.1234\"");
        if (crash) await Cluster.Forget(Id);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"u\"", "\"u\""), await Cluster.Both(Id, "user_id"));
        Assert.Empty(await Log());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_deleted_there_is_created_again_or_gone_by_strategy(bool ours)
    {
        await Strategy(ours ? ConflictStrategy.GoLeads : ConflictStrategy.PythonLeads);
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Side.Remove(Id);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        var expected = ours ? "\"busy\"" : null;
        Assert.Equal((expected, expected), await Cluster.Both(Id));
        Assert.Equal("$", Assert.Single(await Log()).Field);
    }

    [Fact]
    public async Task From_cutover_on_a_direct_change_is_drift_and_overwritten()
    {
        await Strategy(ConflictStrategy.PythonLeads);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100 });
        WriteDirectly("status", "\"paused\"");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Equal("drift", Assert.Single(await Log()).Strategy);
    }

    [Fact]
    public async Task A_client_that_deletes_the_session_decides_the_conflict()
    {
        await Strategy(ConflictStrategy.Manual);
        await Cluster.Create(Id, """{"status":"idle"}""");
        WriteDirectly("status", "\"paused\"");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        await Cluster.Delete(Id);
        Assert.Equal((null, null), await Cluster.Both(Id));
        Assert.Equal("deleted", Assert.Single(await Log()).Strategy);
        Assert.True((await Cluster.Row(Id)).InSync);
    }

    [Fact]
    public async Task Legacy_that_cannot_be_read_is_not_written_to()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Down = true;
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.Single(Cluster.Legacy.Sent(Id));
        Cluster.Legacy.Down = false;
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_store_that_fails_while_a_conflict_is_settled_leaves_it_to_repair()
    {
        await Strategy(ConflictStrategy.PythonLeads);
        await Cluster.Create(Id, """{"status":"idle"}""");
        WriteDirectly("status", "\"paused\"");
        var commits = 0;
        Cluster.Store.Fail(Id, () => ++commits == 2 ? new Contracts.Problems.StorageUnavailableException("gone") : null);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.Equal("\"paused\"", (await Cluster.Both(Id)).Python);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(Id));
        Assert.Single(await Log());
    }
}
