using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Gateways;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

/// <summary>What the cluster makes of a gateway that comes back from an emergency.</summary>
public sealed class IncarnationTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    private readonly FakeGateway _gateway = new();

    private Task<RolloutGrant> Registered(string name, long? answered = null) => Grain.Register(
        new(name + "-id", name, "standalone", 0, 0, new(TimeProvider.System.GetUtcNow(), "tester", "the cluster was dead", answered)),
        Cluster.Orleans.Client.CreateObjectReference<IGatewayObserver>(_gateway));

    [Fact]
    public async Task It_gives_everything_back_to_legacy_and_sends_nothing_of_its_own()
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100 });
        var (pending, synced) = (Some.Id(), Some.Id());
        await Cluster.Create(synced, """{"status":"idle"}""");
        await Cluster.Create(pending, """{"status":"idle"}""");
        Cluster.Legacy.Answer(pending, Some.Refused, times: 100);
        await Cluster.Merge(pending, """{"status":"busy"}""");
        var before = Row;
        var state = (await Registered("gw-1")).State;
        Assert.Equal(
            (before.Incarnation + 1, before.Generation + 1, RolloutPhase.DualWrite, 0, false, state.Epoch),
            (state.Incarnation, state.Generation, state.Phase, state.GoPercentage, state.DualWrite.Enabled, Row.FencedEpoch));
        Assert.Contains("the cluster was dead", (await Grain.History(1))[0].Reason, StringComparison.Ordinal);

        // Clients wrote there in the emergency; the stale rows are read anew when dual-write is on again, and the pending one waits.
        Cluster.Legacy.Heal();
        foreach (var id in (string[])[pending, synced]) Cluster.Legacy.Side.Seed(id, """{"status":"offline"}""");
        var sent = Cluster.Legacy.Sent(pending).Count;
        await Grain.RemoveGateway("gw-1-id", Some.Caller());
        await DualWrite(true);
        await Cluster.Known();
        // An activation that still has it in memory finds that the row has moved on.
        await Record.ExceptionAsync(() => Cluster.Session(pending).Repair());
        Assert.Equal(sent, Cluster.Legacy.Sent(pending).Count);
        foreach (var id in (string[])[pending, synced])
        {
            await Cluster.Forget(id);
            Assert.True((await Cluster.Session(id).Read()).NeedsAdoption);
            Assert.Equal(("\"offline\"", false), await Cluster.Session(id).Adopt() is var read ? (Some.Field(read.Body, "status"), read.Pending) : default);
        }

        // Set aside it holds up nothing: the session goes on as legacy has it, on both sides.
        Assert.Equal(DualWriteOutcome.Success, (await Cluster.Merge(pending, """{"user_id":"since"}""")).DualWrite);
        Assert.Equal(("\"offline\"", "\"offline\""), await Cluster.Both(pending));
        Assert.True((await Cluster.Row(pending)) is { Disputed: false, InSync: true });
        Assert.Contains("\"busy\"", Assert.Single(await Open(pending)).GoValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConflictStrategy.GoLeads, "\"busy\"", "null")]
    [InlineData(ConflictStrategy.PythonLeads, "\"offline\"", "\"since\"")]
    public async Task What_was_set_aside_is_decided_by_an_operator(ConflictStrategy strategy, string status, string user)
    {
        var id = await SetAsideOnce();
        await Cluster.Merge(id, """{"user_id":"since"}""");
        var line = Assert.Single(await Open(id));
        var settled = await Cluster.Session(id).DecideAside(line.Id, strategy, Some.Caller("looked at"));
        Assert.Equal(SessionSettlement.Synced, settled.Status);
        Assert.Equal((status, status), await Cluster.Both(id));
        Assert.Equal((user, user), await Cluster.Both(id, "user_id") is var (go, python) ? (go ?? "null", python ?? "null") : default);
        var decided = (await Cluster.Rows.FindConflict(line.Id, CancellationToken.None))!;
        Assert.Equal((true, "tester", "looked at"), (decided.Resolved, decided.ResolvedBy, decided.Reason));
        Assert.Contains("\"busy\"", decided.GoValue, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AlreadyResolvedException>(() => Cluster.Session(id).DecideAside(line.Id, ConflictStrategy.GoLeads, Some.Caller("again")));
        Assert.Equal((status, status), await Cluster.Both(id));
    }

    /// <summary>A second disaster, or a conflict that the session has of its own, is another thing to decide.</summary>
    [Fact]
    public async Task Nothing_but_that_closes_it()
    {
        var id = await SetAsideOnce();
        Cluster.Legacy.Answer(id, new LegacyAnswer.Rejected(422, "not this"));
        await Cluster.Merge(id, """{"status":"failed"}""");
        Assert.Equal(2, (await Open(id)).Count);
        await Cluster.Merge(id, """{"status":"active"}""");
        Assert.Single(await Open(id));
        Cluster.Legacy.Answer(id, Some.Refused, times: 100);
        await Cluster.Merge(id, """{"status":"paused"}""");
        await Registered("gw-2");
        Cluster.Legacy.Heal();
        var open = await Open(id);
        Assert.Equal(["paused", "busy"], open.Select(line => Some.Field(Some.Utf8(line.GoValue!), "status")!.Trim('"')));
        Assert.Equal(2, open.Select(line => line.Field).Distinct().Count());
        await Grain.RemoveGateway("gw-2-id", Some.Caller());
        await DualWrite(true);
        await Cluster.Known();
        await Cluster.Forget(id);
        await Cluster.Session(id).DecideAside(open[0].Id, ConflictStrategy.GoLeads, Some.Caller("the latest"));
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(id));
        Assert.Equal([open[1].Id], (await Open(id)).Select(line => line.Id));
    }

    [Fact]
    public async Task To_make_the_target_right_does_not_bring_it_back()
    {
        var id = await SetAsideOnce();
        await Cluster.Session(id).Sync(Side.Go, Some.Caller("ours"));
        Assert.Equal(("\"offline\"", "\"offline\""), await Cluster.Both(id));
        Assert.Single(await Open(id));
    }

    [Fact]
    public async Task While_dual_write_is_off_it_is_not_sent_and_may_stay_aside()
    {
        var id = await SetAsideOnce(dualWrite: false);
        var line = Assert.Single(await Open(id));
        await Assert.ThrowsAsync<BlockedException>(() => Cluster.Session(id).DecideAside(line.Id, ConflictStrategy.GoLeads, Some.Caller("ours")));
        await Cluster.Session(id).DecideAside(line.Id, ConflictStrategy.PythonLeads, Some.Caller("theirs"));
        Assert.Contains("offline", (await Cluster.Rows.FindConflict(line.Id, CancellationToken.None))!.PythonValue, StringComparison.Ordinal);
        Assert.Empty(await Open(id));
    }

    private async Task<string> SetAsideOnce(bool dualWrite = true)
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100 });
        var id = Some.Id();
        await Cluster.Create(id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(id, Some.Refused, times: 100);
        await Cluster.Merge(id, """{"status":"busy"}""");
        await Registered("gw-1");
        Cluster.Legacy.Heal();
        Cluster.Legacy.Side.Seed(id, """{"status":"offline"}""");
        await Grain.RemoveGateway("gw-1-id", Some.Caller());
        if (dualWrite) await DualWrite(true);
        await Cluster.Known();
        await Cluster.Forget(id);
        return id;
    }

    /// <summary>The newest first.</summary>
    private async Task<IReadOnlyList<ConflictRecord>> Open(string id) => [.. (await Cluster.Rows.Conflicts(10_000, false, CancellationToken.None)).Where(line => line.SessionId == id)];

    [Fact]
    public async Task What_was_intended_before_it_does_not_keep_an_activation_from_reading_what_is_there_now()
    {
        await Cluster.DualWrite(DualWriteMode.PythonLeads);
        var id = Some.Id();
        await Cluster.Create(id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(id, Some.Lost);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(id, """{"status":"busy"}"""));
        await Cluster.Session(id).Read();
        await Registered("gw-1");
        Cluster.Legacy.Side.Seed(id, """{"status":"offline"}""");
        await Grain.RemoveGateway("gw-1-id", Some.Caller());
        await DualWrite(true);
        await Cluster.Known();
        await Record.ExceptionAsync(async () => await Cluster.Session(id).Read());
        Assert.True((await Cluster.Session(id).Read()).NeedsAdoption);
        Assert.Equal("\"offline\"", Some.Field((await Cluster.Session(id).Adopt()).Body, "status"));
    }

    [Fact]
    public async Task Several_gateways_tell_of_one_emergency()
    {
        var before = Row;
        await Task.WhenAll(Registered("gw-1"), Registered("gw-2"), Registered("gw-3"));
        Assert.Equal(before.Incarnation + 1, Row.Incarnation);
        await Cluster.DualWrite();
        await Registered("gw-1", answered: Row.Incarnation);
        Assert.Equal(before.Incarnation + 1, Row.Incarnation);
    }

    [Fact]
    public async Task Where_legacy_leads_anyway_nothing_happens()
    {
        var before = await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        await Registered("gw-1");
        Assert.Equal(before, Row);
    }
}
