using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Gateways;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class DualWriteSwitchTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    /// <summary>With dual-write off a gateway forwards writes without a lease; one that has not heard of the cutover would go on, and the target would overwrite them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cutover_that_is_forced_while_it_is_off_needs_every_gateway(bool split)
    {
        var gateway = await Gateway();
        await DualWrite(false);
        gateway.OnPush = _ => Task.FromResult(0L);
        await Assert.ThrowsAsync<GatewayUnreachableException>(Cutover);
        Assert.False(Row.AfterCutover);
        gateway.OnPush = state => Task.FromResult(state.Epoch);
        await Cutover();
        Assert.True(Row is { AfterCutover: true, DualWrite.Enabled: true });

        Task Cutover() => split ? Split(60, force: true) : Grain.Phase(new(RolloutPhase.Cutover, Some.Caller("a test"), Force: true));
    }

    /// <summary>A database that counts for minutes, or a silo that has just been lost, keeps nobody from feeding both sides: the phase follows when somebody asks for it.</summary>
    [Fact]
    public async Task In_preparation_it_is_turned_on_also_where_its_gates_cannot_be_looked_at()
    {
        await DualWrite(false);
        await Cluster.Put(s => s with { Phase = RolloutPhase.Preparation });
        Cluster.Store.LagFault = () => new StorageUnavailableException("gone");
        try
        {
            var on = await DualWrite(true);
            Assert.Equal((true, false, RolloutPhase.Preparation), (on.State.DualWrite.Enabled, on.State.DualWrite.Closing, on.State.Phase));
        }
        finally
        {
            Cluster.Store.LagFault = null;
        }
    }

    [Fact]
    public async Task Off_and_on_go_through_closing_at_every_gateway()
    {
        NobodyIsSilent();
        var (one, two) = (await Gateway("gw-1"), await Gateway("gw-2"));
        var before = Row;
        var off = await DualWrite(false);
        Assert.Equal((2, false), (off.GatewaysAcknowledged, off.State.DualWrite.Enabled));
        var on = await DualWrite(true);
        Assert.Equal((true, before.Generation < on.State.Generation), (on.State.DualWrite.Enabled, true));
        foreach (var gateway in new[] { one, two })
            Assert.Equal(
                [(1, true, true), (2, true, false), (3, false, false), (4, true, false), (5, true, true), (6, false, true)],
                gateway.Seen.Select(s => ((int)(s.Epoch - before.Epoch), s.DualWrite.Closing, s.DualWrite.Enabled)));
        Assert.Equal(on.State.Epoch, Row.FencedEpoch);
    }

    /// <summary>What is written at one gateway by the new value, with the other still reading by the old one, its readers would not see.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_writes_by_the_new_value_before_everybody_reads_by_it(bool on)
    {
        if (on) await DualWrite(false);
        var (quick, slow) = (await Gateway("gw-1"), await Gateway("gw-2"));
        var early = false;
        slow.OnPush = async state =>
        {
            if (state.DualWrite is { Closing: true } held && held.Enabled == on)
            {
                await Eventually.Holds(() => By(quick).Any(), "the quick one goes by it");
                early = By(quick).Any(s => !s.DualWrite.Closing);
            }

            return state.Epoch;
        };
        await DualWrite(on);
        Assert.False(early, "the quick one writes, and the slow one has not said that it goes by it");
        foreach (var gateway in new[] { quick, slow }) Assert.Equal([true, false], By(gateway).Select(s => s.DualWrite.Closing));
        Assert.Equal(["dual_write_open", on ? "dual_write_on" : "dual_write_off", "dual_write_closing"], (await Grain.History(3)).Select(h => h.Action));

        IEnumerable<RolloutState> By(FakeGateway gateway) => gateway.Seen.Where(s => s.DualWrite.Enabled == on);
    }

    /// <summary>Gateways hold their writes, and a run or an operator does not: the store looks once more where nothing can come between.</summary>
    [Fact]
    public async Task What_became_pending_after_the_last_look_keeps_it_on()
    {
        var gateway = await Gateway();
        Cluster.RolloutStore.OnChange = next => next.DualWrite.Enabled ? null : new PendingWritesException(3);
        Assert.Equal(3, (await Assert.ThrowsAsync<PendingWritesException>(() => DualWrite(false))).Pending);
        Assert.Equal((true, false, Row.Epoch), (Row.DualWrite.Enabled, Row.DualWrite.Closing, Row.FencedEpoch));
        Assert.Equal((true, false), gateway.Seen[^1] is var last ? (last.DualWrite.Enabled, last.DualWrite.Closing) : default);
        Cluster.RolloutStore.Heal();
        Assert.False((await DualWrite(false)).State.DualWrite.Enabled);
    }

    /// <summary>Counting millions of sessions takes longer than gateways hold writes.</summary>
    [Fact]
    public async Task It_is_turned_off_without_a_look_at_every_session()
    {
        await Gateway();
        Cluster.Store.CountFault = () => new StorageUnavailableException("It takes too long.");
        try
        {
            Assert.False((await DualWrite(false)).State.DualWrite.Enabled);
        }
        finally
        {
            Cluster.Store.CountFault = null;
        }
    }

    [Fact]
    public async Task After_cutover_it_holds_no_write_and_needs_nobodys_word()
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100 });
        (await Gateway("gw-asleep")).FallSilent();
        var awake = await Gateway("gw-awake");
        var before = Row;
        Assert.False((await DualWrite(false)).State.DualWrite.Enabled);
        Assert.True((await DualWrite(true)).State.DualWrite.Enabled);
        Assert.Equal([before.Epoch + 1, before.Epoch + 2], awake.Seen.Select(s => s.Epoch));
        Assert.Equal((before.Generation, before.Epoch + 2, Row.Epoch), (Row.Generation, Row.Epoch, Row.FencedEpoch));
        Assert.DoesNotContain(awake.Seen, s => s.DualWrite.Closing);
    }

    [Fact]
    public async Task A_silent_gateway_is_named_and_the_old_value_stays()
    {
        await Gateway("gw-awake");
        (await Gateway("gw-asleep")).FallSilent();
        var before = Row;
        var refused = await Assert.ThrowsAsync<GatewayUnreachableException>(() => DualWrite(false));
        Assert.Equal(["gw-asleep"], refused.Gateways);
        Assert.Equal((true, false, before.Generation), (Row.DualWrite.Enabled, Row.DualWrite.Closing, Row.Generation));
        Assert.Equal(["dual_write_kept", "dual_write_closing"], (await Grain.History(2)).Select(h => h.Action));
    }

    /// <summary>A refusal changes nothing: not the side that leads either.</summary>
    [Fact]
    public async Task What_is_asked_for_besides_comes_with_the_switch_or_not_at_all()
    {
        var asleep = await Gateway("gw-asleep");
        asleep.OnPush = _ => Task.FromResult(0L);
        var before = Row;
        await Assert.ThrowsAsync<GatewayUnreachableException>(Off);
        Assert.Equal((before.DualWrite, before.ConflictStrategy), (Row.DualWrite, Row.ConflictStrategy));
        asleep.OnPush = state => Task.FromResult(state.Epoch);
        await Off();
        Assert.Equal((new DualWriteSettings(false, false, DualWriteMode.PythonLeads, AckPolicy.Leader), ConflictStrategy.Latest), (Row.DualWrite, Row.ConflictStrategy));
        await Grain.SetDualWrite(new(true, before.DualWrite.Mode, before.DualWrite.Ack, Some.Caller(), before.ConflictStrategy));
        Assert.Equal((before.DualWrite, before.ConflictStrategy), (Row.DualWrite, Row.ConflictStrategy));

        Task<RolloutChange> Off() => Grain.SetDualWrite(new(false, DualWriteMode.PythonLeads, AckPolicy.Leader, Some.Caller(), ConflictStrategy.Latest));
    }

    [Fact]
    public async Task A_gateway_that_stays_behind_has_not_acknowledged()
    {
        (await Gateway()).OnPush = state => Task.FromResult(state.Epoch - 1);
        await Assert.ThrowsAsync<GatewayUnreachableException>(() => DualWrite(false));
    }

    [Fact]
    public async Task A_gateway_that_fails_has_not_acknowledged()
    {
        (await Gateway()).OnPush = _ => throw new ObjectDisposedException("gateway");
        Assert.Equal(["gw-1"], (await Assert.ThrowsAsync<GatewayUnreachableException>(() => DualWrite(false))).Gateways);
        Assert.False(Row.DualWrite.Closing);
    }

    [Fact]
    public async Task A_gateway_that_falls_over_in_any_way_cannot_leave_writes_held()
    {
        (await Gateway()).OnPush = _ => throw new InvalidOperationException("a defect of that gateway");
        await Assert.ThrowsAsync<GatewayUnreachableException>(() => DualWrite(false));
        Assert.False(Row.DualWrite.Closing, "writes would be held until somebody else changes something");
    }

    [Fact]
    public async Task A_removed_gateway_is_not_asked()
    {
        (await Gateway("gw-dead")).FallSilent();
        await Grain.RemoveGateway("gw-dead-id", Some.Caller("gone for good"));
        Assert.False((await DualWrite(false)).State.DualWrite.Enabled);
    }

    [Fact]
    public async Task Changes_that_legacy_lacks_refuse_turning_off()
    {
        var gateway = await Gateway();
        var id = Some.Id();
        Cluster.Legacy.Answer(id, Some.Refused);
        await Cluster.Create(id, "{}");
        Assert.Equal(1, (await Assert.ThrowsAsync<PendingWritesException>(() => DualWrite(false))).Pending);
        Assert.Equal((true, false), (Row.DualWrite.Enabled, Row.DualWrite.Closing));
        Assert.Equal((false, true), gateway.Seen[^1].DualWrite is var last ? (last.Closing, last.Enabled) : default);
        Assert.True(await Cluster.Session(id).Repair());
        Assert.False((await DualWrite(false)).State.DualWrite.Enabled);
    }

    [Fact]
    public async Task What_is_sent_while_writes_are_held_refuses_nothing()
    {
        var gateway = await Gateway();
        var id = Some.Id();
        Cluster.Legacy.Answer(id, Some.Refused);
        await Cluster.Create(id, "{}");
        var off = DualWrite(false);
        await Eventually.Holds(() => Task.FromResult(gateway.Seen.Any(s => s.DualWrite.Closing)), "writes are held");
        Assert.True(await Cluster.Session(id).Repair());
        Assert.False((await off).State.DualWrite.Enabled);
    }

    [Fact]
    public async Task A_new_generation_makes_every_older_row_stale()
    {
        var id = Some.Id();
        await Cluster.Create(id, """{"status":"idle"}""");
        await DualWrite(false);
        Cluster.Legacy.Side.Seed(id, """{"status":"paused"}"""); // a write that a gateway forwarded meanwhile
        var generation = Row.Generation;
        await DualWrite(true);
        Assert.Equal(generation + 1, Row.Generation);
        await Eventually.Holds(async () => (await Cluster.Session(id).Read()).NeedsAdoption, "the silo knows the new generation");
        var merged = await Cluster.Merge(id, """{"current_task_count":1}""");
        Assert.Equal("\"paused\"", Some.Field(merged.Body, "status"));
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(id));
    }

    [Fact]
    public async Task Mode_and_acknowledgement_change_without_closing()
    {
        var gateway = await Gateway();
        var change = await Grain.SetDualWrite(new(null, DualWriteMode.PythonLeads, AckPolicy.Leader, Some.Caller()));
        Assert.Equal(new DualWriteSettings(true, false, DualWriteMode.PythonLeads, AckPolicy.Leader), change.State.DualWrite);
        Assert.DoesNotContain(gateway.Seen, s => s.DualWrite.Closing);
        Assert.Equal(0, (await Grain.SetDualWrite(new(true, DualWriteMode.PythonLeads, null, Some.Caller()))).GatewaysAcknowledged);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_cannot_leave_writes_held()
    {
        (await Gateway()).FallSilent();
        using var hangUp = new CancellationTokenSource();
        var change = Grain.SetDualWrite(new(false, null, null, Some.Caller()), hangUp.Token);
        await Eventually.Holds(() => Row.DualWrite.Closing, "the gateways are asked to hold writes");
        await hangUp.CancelAsync();
        await Record.ExceptionAsync(() => change);
        await Eventually.Holds(() => !Row.DualWrite.Closing, "writes flow again, with the old value or the new one");
    }

    [Fact]
    public async Task A_change_under_way_when_dual_write_ends_is_not_carried_out_afterwards()
    {
        var id = Some.Id();
        await Gateway();
        Cluster.Legacy.Side.Seed(id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldReads(id);
        var write = Cluster.Merge(id, """{"status":"busy"}"""); // its gateway has given it up: nothing waits for it
        await Eventually.Comes(hold.Arrived, "the adoption that precedes the change");
        await DualWrite(false);
        Cluster.Legacy.Side.Seed(id, """{"status":"offline"}"""); // forwarded, acknowledged
        hold.Release();
        await Record.ExceptionAsync(() => write);
        Assert.Equal("\"offline\"", Some.Field(Cluster.Legacy.Side.Peek(id), "status"));
        Assert.Empty(Cluster.Legacy.Sent(id));
    }
}
