using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class RollbackTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    private Task<RolloutState> After(bool dualWrite) =>
        Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100, DualWrite = s.DualWrite with { Enabled = dualWrite } });

    [Fact]
    public async Task It_turns_dual_write_on_before_it_flips()
    {
        await After(dualWrite: false);
        var gateway = await Gateway();
        var result = await Rollback();
        Assert.Equal((0, true, RolloutPhase.DualWrite, true), (result.State.GoPercentage, result.State.DualWrite.Enabled, result.State.Phase, result.Drained));
        var flipped = gateway.Seen.Where(s => s.GoPercentage < 100).ToList();
        Assert.NotEmpty(flipped);
        Assert.All(flipped, s => Assert.True(s.DualWrite is { Enabled: true, Closing: false }));
        Assert.Equal(AckPolicy.Both, result.State.DualWrite.Ack);
    }

    [Fact]
    public async Task That_the_database_does_not_say_what_is_left_does_not_call_what_has_flipped_undone()
    {
        await After(dualWrite: true);
        var refused = 0;
        Cluster.Store.LagFault = () => ++refused <= 3 ? new StorageUnavailableException("gone") : null;
        try
        {
            Assert.Equal((0, false), await Grain.Rollback(new(0, Some.Caller())) is var result ? (result.State.GoPercentage, result.Drained) : default);
            Assert.Null(await LegacyDrain.WaitThrough(Cluster.Store, TimeSpan.Zero, late: false, TimeProvider.System, CancellationToken.None));
            Assert.Equal(0, (await LegacyDrain.WaitThrough(Cluster.Store, TimeSpan.FromSeconds(20), late: false, TimeProvider.System, CancellationToken.None))?.ServedHere);
            Assert.Equal(4, refused);
        }
        finally
        {
            Cluster.Store.LagFault = null;
        }
    }

    [Fact]
    public async Task Without_legacy_it_is_refused_and_nothing_changes()
    {
        await After(dualWrite: false);
        Cluster.Legacy.Down = true;
        var before = Row;
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => Rollback());
        Assert.Equal(before, Row);
        Assert.Equal(0, (await Rollback(force: true)).State.GoPercentage);
    }

    [Fact]
    public async Task It_only_goes_down_and_can_be_repeated()
    {
        await After(dualWrite: true);
        await Assert.ThrowsAsync<InvalidInputException>(() => Grain.Rollback(new(101, Some.Caller())));
        Assert.Equal(RolloutPhase.Monitoring, (await Cluster.Put(s => s with { Phase = RolloutPhase.Monitoring, GoPercentage = 50 })).Phase);
        await Assert.ThrowsAsync<InvalidInputException>(() => Rollback(60));
        await Rollback(10);
        Assert.Equal((10, RolloutPhase.Monitoring), (Row.GoPercentage, Row.Phase));
        await Rollback();
        var once = Row;
        await Rollback();
        Assert.Equal(once, Row);
    }

    [Fact]
    public async Task What_is_still_pending_is_said_and_stays_readable()
    {
        await After(dualWrite: true);
        var id = Some.Id();
        Cluster.Legacy.Answer(id, Some.Refused, times: 2);
        await Cluster.Create(id, """{"status":"busy"}""");
        var result = await Rollback(drain: TimeSpan.FromMilliseconds(150));
        Assert.Equal((0, false, 1), (result.State.GoPercentage, result.Drained, result.Pending));
        Assert.Equal((true, "\"busy\""), await Cluster.Session(id).Read() is var s ? (s.Pending, Some.Field(s.Body, "status")) : default);
        await Cluster.Session(id).Repair();
        await Eventually.Holds(() => Cluster.Session(id).Repair(), "drained");
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(id));
    }

    /// <summary>A single session that was refused a few times is tried every half minute; legacy may be back long before, and nobody wants to stand there until then.</summary>
    [Fact]
    public async Task What_was_refused_often_is_sent_while_somebody_waits_for_it()
    {
        await After(dualWrite: true);
        var id = Some.Id();
        Cluster.Legacy.Answer(id, Some.Refused, times: 8);
        await Cluster.Create(id, """{"status":"busy"}""");
        for (var i = 0; i < 7; i++) Assert.False(await Cluster.Session(id).Repair());
        Assert.True((await Cluster.Row(id)).NextAttemptAt > TimeProvider.System.GetUtcNow().AddSeconds(10));
        var rollback = Rollback(drain: TimeSpan.FromSeconds(8));
        await Eventually.Holds(
            async () =>
            {
                foreach (var due in await Cluster.Rows.ClaimDue(1_000, TimeSpan.FromMinutes(1), CancellationToken.None)) await Cluster.Session(due).Repair();
                return rollback.IsCompleted;
            },
            "the end of the wait");
        Assert.Equal((true, 0), await rollback is var result ? (result.Drained, result.Pending) : default);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(id));
    }

    /// <summary>
    /// 4.3: lossless at every moment. After cutover the target owns what a session is: legacy's copy, which nobody could write through a gateway,
    /// must not become the state again because the rollback turned dual-write on.
    /// </summary>
    [Fact]
    public async Task A_change_that_legacy_rejected_after_cutover_survives_the_rollback()
    {
        await After(dualWrite: false);
        var id = Some.Id();
        await Cluster.Create(id, """{"tier":"worker"}""");
        await Eventually.Holds(async () => (await Cluster.Row(id)).InSync, "legacy is fed");
        Cluster.Legacy.Answer(id, Some.Rejected);
        await Cluster.Merge(id, """{"tier":"manager"}""");
        await Eventually.Holds(async () => (await Cluster.Row(id)).Rejected is not null, "the rejection");
        Assert.Equal((50, false, 1), await Rollback(50) is var result ? (result.State.GoPercentage, result.Drained, result.Pending) : default);
        var snapshot = await Cluster.Session(id).Read();
        if (snapshot.NeedsAdoption) snapshot = await Cluster.Session(id).Adopt();
        Assert.Equal("\"manager\"", Some.Field(snapshot.Body, "tier"));
        await Cluster.Merge(id, """{"tier":"worker"}""");
        await Eventually.Holds(async () => (await Cluster.Row(id)).InSync, "what legacy takes");
    }

    [Fact]
    public async Task A_refusal_because_of_the_epoch_comes_before_anything_changes()
    {
        await After(dualWrite: false);
        var before = Row;
        await Assert.ThrowsAsync<EpochMismatchException>(() => Split(50, expected: before.Epoch - 1));
        Assert.Equal(before, Row);
    }

    [Fact]
    public async Task The_epoch_that_the_caller_saw_is_good_although_dual_write_is_turned_on_first()
    {
        await After(dualWrite: false);
        var change = await Split(50, expected: Row.Epoch);
        Assert.Equal((50, true), (change.State.GoPercentage, change.State.DualWrite.Enabled));
    }

    [Fact]
    public async Task A_missing_reason_is_refused_before_anything_changes()
    {
        await After(dualWrite: false);
        Cluster.Legacy.Down = true;
        var before = Row;
        await Assert.ThrowsAsync<ReasonRequiredException>(() => Grain.Split(new(0, Some.Caller(), Force: true)));
        Assert.Equal(before, Row);
    }

    [Fact]
    public async Task A_gateway_that_has_died_does_not_stand_in_its_way()
    {
        await After(dualWrite: false);
        (await Gateway("gw-asleep")).FallSilent();
        var result = await Rollback();
        Assert.Equal((0, true, Row.Epoch), (result.State.GoPercentage, result.State.DualWrite.Enabled, Row.FencedEpoch));
    }

    [Fact]
    public async Task Sessions_written_under_the_cutover_are_on_both_sides_after_it()
    {
        await After(dualWrite: true);
        var ids = Enumerable.Range(0, 20).Select(_ => Some.Id()).ToList();
        foreach (var id in ids) Assert.Equal(DualWriteOutcome.Success, (await Cluster.Create(id, """{"status":"active"}""")).DualWrite);
        await Rollback();
        foreach (var id in ids) Assert.Equal(("\"active\"", "\"active\""), await Cluster.Both(id));
    }
}
