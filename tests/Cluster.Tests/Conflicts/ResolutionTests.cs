using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Conflicts;

/// <summary>Operators decide, or force one side.</summary>
public sealed class ResolutionTests(GaiaCluster cluster) : ConflictTestBase(cluster)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Strategy(ConflictStrategy.Manual);
        await Cluster.Create(Id, """{"status":"idle","tier":"worker","metadata":{"a":1}}""");
    }

    [Fact]
    public async Task Fields_are_decided_one_by_one_and_sent_when_the_last_is()
    {
        await Disagree();
        Assert.Equal(SessionSettlement.Conflicts, (await Cluster.Session(Id).Resolve(new(["status"], ConflictStrategy.PythonLeads, null, Some.Caller("theirs")))).Status);
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(Id));
        Assert.Equal(("\"worker\"", "\"manager\""), await Cluster.Both(Id, "tier"));
        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Resolve(new(["tier"], null, Some.Utf8("\"high_level\""), Some.Caller("neither")))).Status);
        Assert.Equal(("\"high_level\"", "\"high_level\""), await Cluster.Both(Id, "tier"));
        Assert.Equal(["manual", "python_leads"], (await Log()).Select(l => l.Strategy).Order());
        await Assert.ThrowsAsync<AlreadyResolvedException>(() => Cluster.Session(Id).Resolve(new(["tier"], ConflictStrategy.GoLeads, null, Some.Caller("again"))));
    }

    [Fact]
    public async Task A_value_that_does_not_fit_changes_nothing()
    {
        await Disagree();
        await Assert.ThrowsAsync<InvalidInputException>(() => Cluster.Session(Id).Resolve(new(["tier"], null, Some.Utf8("7"), Some.Caller("wrong"))));
        Assert.Equal(2, (await Log(resolved: false)).Count);
        Assert.Equal(("\"worker\"", "\"manager\""), await Cluster.Both(Id, "tier"));
    }

    /// <summary>The silo that had the session before stored it when this one had loaded the row already.</summary>
    [Fact]
    public async Task A_refusal_that_the_session_has_not_heard_of_can_be_decided()
    {
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Cluster.Rows.Plant((await Cluster.Row(Id)) with { Rejected = new(422, "no", TimeProvider.System.GetUtcNow()) });
        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("send it again")))).Status);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_decision_while_legacy_is_away_is_kept_and_sent_by_repair()
    {
        await Disagree();
        Cluster.Legacy.Down = true;
        Assert.Equal(SessionSettlement.Pending, (await Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("ours")))).Status);
        Cluster.Legacy.Down = false;
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    /// <summary>It would be sent again and again, over what clients write to GAIA_HOME alone.</summary>
    [Fact]
    public async Task While_everything_is_forwarded_the_target_is_not_decided_for()
    {
        await Disagree();
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        await Assert.ThrowsAsync<BlockedException>(() => Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("ours"))));
        Assert.Equal(("\"paused\"", "\"manager\""), (Some.Field(Cluster.Legacy.Side.Peek(Id), "status"), Some.Field(Cluster.Legacy.Side.Peek(Id), "tier")));
        await Cluster.DualWrite();
        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("ours")))).Status);
    }

    [Fact]
    public async Task What_legacy_changed_after_the_decision_is_a_new_conflict_and_not_lost()
    {
        await Disagree();
        WriteDirectly("user_id", "\"later\"");
        Assert.Equal(SessionSettlement.Conflicts, (await Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("ours")))).Status);
        Assert.Contains(await Log(resolved: false), l => l is { Field: "user_id", PythonValue: "\"later\"" });
    }

    [Theory]
    [InlineData(Side.Go, "\"busy\"")]
    [InlineData(Side.Python, "\"paused\"")]
    public async Task Forcing_a_side_makes_both_the_same_and_is_in_the_log(Side source, string expected)
    {
        await Disagree();
        var settled = await Cluster.Session(Id).Sync(source, Some.Caller("forced"));
        Assert.Equal(SessionSettlement.Synced, settled.Status);
        Assert.Equal((expected, expected), await Cluster.Both(Id));
        Assert.NotEmpty(await Log());
        Assert.All(await Log(), l => Assert.Equal(("sync", "tester", "forced"), (l.Strategy, l.ResolvedBy, l.Reason)));
        Assert.Equal(settled.Version, (await Cluster.Session(Id).Sync(source, Some.Caller("again"))).Version);
    }

    [Fact]
    public async Task Forcing_a_legacy_without_the_session_deletes_it()
    {
        Cluster.Legacy.Side.Remove(Id);
        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Sync(Side.Python, Some.Caller("gone"))).Status);
        Assert.Equal((null, null), await Cluster.Both(Id));
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Session(Id).Sync(Side.Python, Some.Caller("gone")));
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Session(Some.Id()).Sync(Side.Go, Some.Caller("never")));
    }

    [Fact]
    public async Task The_target_is_not_forced_upon_a_legacy_that_is_still_the_truth()
    {
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        var refusal = await Assert.ThrowsAsync<BlockedException>(() => Cluster.Session(Id).Sync(Side.Go, Some.Caller("no")));
        Assert.Equal("dual_write_enabled", Assert.Single(refusal.Blockers).Gate);
        Assert.Single(Cluster.Legacy.Sent(Id));
    }

    [Fact]
    public async Task A_refusal_of_legacy_is_a_conflict_that_an_operator_can_try_again()
    {
        Cluster.Legacy.Answer(Id, Some.Rejected);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal("$", Assert.Single(await Log(resolved: false)).Field);
        Assert.Equal(SessionSettlement.Synced, (await Cluster.Session(Id).Resolve(new(null, ConflictStrategy.GoLeads, null, Some.Caller("fixed there")))).Status);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Empty(await Log(resolved: false));
    }

    [Fact]
    public async Task Dual_write_is_not_turned_off_over_an_open_conflict()
    {
        await Disagree();
        await Assert.ThrowsAsync<PendingWritesException>(() => Cluster.RolloutGrain.SetDualWrite(new(false, null, null, Some.Caller("off"))));
        Assert.True(Cluster.Rollout.State.DualWrite.Enabled);
    }

    /// <summary>status and tier differ: busy and worker here, paused and manager there.</summary>
    private async Task Disagree()
    {
        WriteDirectly("status", "\"paused\"");
        WriteDirectly("tier", "\"manager\"");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal(2, (await Log(resolved: false)).Count);
    }
}
