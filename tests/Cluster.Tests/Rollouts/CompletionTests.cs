using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class CompletionTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    private Task<RolloutChange> Complete() => Grain.Complete(Some.Caller("a test"));

    private async Task Deprecated(Func<RolloutState, RolloutState>? change = null)
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Deprecation, GoPercentage = 100, Pins = PinSet.None });
        await Weeks.Run(Cluster.Migrate);
        await Weeks.Run(Cluster.Verify);
        if (change is not null) await Cluster.Put(change);
    }

    [Fact]
    public async Task Legacy_is_told_nothing_any_more_and_asked_nothing()
    {
        var gateway = await Gateway();
        await Deprecated();
        var (known, unknown) = (Some.Id(), Some.Id());
        await Cluster.Create(known, """{"status":"idle"}""");
        var change = await Complete();
        await Cluster.Known();
        Assert.Equal((RolloutPhase.Completed, 100, false, false), (change.State.Phase, change.State.GoPercentage, change.State.DualWrite.Enabled, change.State.DualWrite.Closing));
        Assert.Equal(change.State.Epoch, gateway.Seen[^1].Epoch);
        var sent = Cluster.Legacy.Sent(known).Count;
        Assert.Equal(DualWriteOutcome.Off, (await Cluster.Merge(known, """{"status":"busy"}""")).DualWrite);
        Assert.Equal(sent, Cluster.Legacy.Sent(known).Count);
        Cluster.Legacy.Side.Seed(unknown, """{"status":"idle"}""");
        Assert.Equal((false, true), await Cluster.Session(unknown).Read() is var s ? (s.NeedsAdoption, s.Body is null) : default);
        Assert.Equal(0, (await Cluster.Lag()).Pending);
        Assert.Equal("complete", (await Grain.History(1))[0].Action);
    }

    [Fact]
    public async Task Afterwards_nothing_leads_back_and_nothing_is_prepared_for_it()
    {
        await Deprecated();
        await Complete();
        var before = Row;
        await Assert.ThrowsAsync<BlockedException>(() => Split(50, force: true));
        await Assert.ThrowsAsync<BlockedException>(() => Grain.Rollback(new(0, Some.Caller("a test"), Force: true)));
        await Assert.ThrowsAsync<BlockedException>(() => DualWrite(true));
        await Assert.ThrowsAsync<BlockedException>(() => Grain.Pin(new("s", Side.Python, null, Some.Caller("a test"))));
        Assert.Equal(before, (await Complete()).State);
        Assert.Equal(before, Row);
    }

    [Fact]
    public async Task Of_many_at_once_one_completes_and_the_others_find_it_done()
    {
        await Deprecated();
        var epochs = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await Complete()).State.Epoch));
        Assert.Single(epochs.Distinct());
        Assert.Single((await Grain.History(4)), h => h.Action == "complete" && h.Epoch == epochs[0]);
    }

    [Fact]
    public async Task A_session_that_legacy_lacks_stops_it_and_writes_flow_again()
    {
        await Deprecated();
        var id = Some.Id();
        Cluster.Legacy.Answer(id, Some.Rejected);
        await Cluster.Create(id, """{"status":"idle"}""");
        var refused = await Assert.ThrowsAsync<BlockedException>(Complete);
        Assert.Contains(refused.Blockers, b => b.Gate == "conflicts");
        Assert.Equal((RolloutPhase.Deprecation, false), (Row.Phase, Row.DualWrite.Closing));
        await Cluster.Merge(id, """{"status":"busy"}""");
        Assert.Equal(RolloutPhase.Completed, (await Complete()).State.Phase);
    }

    /// <summary>Where clients write all the time something always is.</summary>
    [Fact]
    public async Task A_change_that_is_on_its_way_is_waited_for()
    {
        await Deprecated();
        var id = Some.Id();
        var hold = Cluster.Legacy.HoldSends(id);
        var write = Cluster.Create(id, """{"status":"idle"}""");
        await Eventually.Comes(hold.Arrived, "the send");
        var completed = Complete();
        await Eventually.Holds(() => Task.FromResult(Row.DualWrite.Closing || completed.IsCompleted), "writes are held");
        hold.Release();
        await write;
        Assert.Equal(RolloutPhase.Completed, (await completed).State.Phase);
        Assert.Equal("\"idle\"", Some.Field(Cluster.Legacy.Side.Peek(id), "status"));
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_stops_it()
    {
        await Deprecated();
        (await Gateway("gw-asleep")).FallSilent();
        await Assert.ThrowsAsync<GatewayUnreachableException>(Complete);
        Assert.Equal((RolloutPhase.Deprecation, false, true), (Row.Phase, Row.DualWrite.Closing, Row.DualWrite.Enabled));
    }

    /// <summary>What clients wrote to GAIA_HOME alone while dual-write was off is read anew by whoever asks for it next; completed, nobody reads it any more.</summary>
    [Fact]
    public async Task After_dual_write_was_off_everything_is_read_anew_before()
    {
        await Deprecated();
        await Cluster.Put(s => s with { Phase = RolloutPhase.GradualRollout, GoPercentage = 10 });
        await DualWrite(false);
        await DualWrite(true);
        await Cluster.Put(s => s with { Phase = RolloutPhase.Deprecation, GoPercentage = 100 });
        Assert.Equal(["ledger_closed", "verified"], (await Assert.ThrowsAsync<BlockedException>(Complete)).Blockers.Select(b => b.Gate).Order());
        await Weeks.Run(Cluster.Migrate);
        await Weeks.Run(Cluster.Verify);
        Assert.Equal(RolloutPhase.Completed, (await Complete()).State.Phase);
    }

    [Fact]
    public async Task A_pause_holds_it_as_every_advance()
    {
        await Deprecated(s => s with { Paused = "more than 5 % errors" });
        Assert.Equal(["not_paused"], (await Assert.ThrowsAsync<BlockedException>(Complete)).Blockers.Select(b => b.Gate));
        await Cluster.Put(s => s with { Paused = null });
    }

    [Fact]
    public async Task It_needs_a_reason_all_sessions_and_no_pin_to_legacy()
    {
        await Deprecated(s => s with { Pins = new([new("s", Side.Python, null, "why", "tester", s.UpdatedAt)]) });
        await Assert.ThrowsAsync<ReasonRequiredException>(() => Grain.Complete(Some.Caller()));
        Assert.Equal(["pins"], (await Assert.ThrowsAsync<BlockedException>(Complete)).Blockers.Select(b => b.Gate));
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 99 });
        Assert.Contains((await Assert.ThrowsAsync<BlockedException>(Complete)).Blockers, b => b.Gate == "percentage");
    }
}
