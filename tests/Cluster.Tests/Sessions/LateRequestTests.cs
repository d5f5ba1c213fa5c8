using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>
/// Chaos, seed 207: GAIA_HOME stood still for longer than anybody waits, and then carried out what it had been asked for before, after what it was asked for later.
/// </summary>
public sealed class LateRequestTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    public override Task InitializeAsync()
    {
        Cluster.SessionOptions.LateRequests = GaiaCluster.LateRequests;
        return base.InitializeAsync();
    }

    [Fact]
    public async Task As_long_as_one_may_come_the_target_serves_the_session_and_then_it_is_sent_over()
    {
        ForLong();
        var late = await LostThenDelivered();
        Assert.True((await Cluster.Session(Id).Read()).Pending);
        Cluster.Legacy.Side.Seed(Id, late);
        await LongAfterwards();
        await Due();
        var snapshot = await Cluster.Session(Id).Adopt();
        Assert.Equal(("\"busy\"", false, false), (Some.Field(snapshot.Body, "status"), snapshot.Pending, snapshot.NeedsAdoption));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.False((await Cluster.Session(Id).Read()).NeedsAdoption);
    }

    /// <summary>Chaos, seed 503: every silo was killed meanwhile, and readers saw what had been deleted before the last change.</summary>
    [Fact]
    public async Task Whoever_has_the_session_next_goes_on_with_it()
    {
        ForLong();
        var late = await LostThenDelivered();
        await Cluster.Forget(Id);
        Assert.True((await Cluster.Session(Id).Read()).Pending);
        Cluster.Legacy.Side.Seed(Id, late);
        Assert.Contains(Id, (await Cluster.Rows.ListBehind(1_000, CancellationToken.None)).Select(r => r.Id));
        await LongAfterwards();
        await Due();
        await Cluster.Session(Id).Repair();
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Null((await Cluster.Rows.Load(Id, CancellationToken.None)).Row.LateFor);
    }

    /// <summary>A lease that nobody gave back: whoever took it may have died with a request on its way.</summary>
    [Fact]
    public async Task What_a_lost_silo_was_sending_may_come_late_as_well()
    {
        ForLong();
        await Cluster.Create(Id, """{"status":"idle"}""");
        var row = await Cluster.Row(Id);
        Assert.Equal(CommitResult.Committed, await Cluster.Rows.Commit(
            new(row with { CommitId = Guid.CreateVersion7(), LeaseOwner = "lost" }, row.CommitId, Cluster.Rollout.State.Incarnation, Cluster.Rollout.State.Generation, TimeSpan.FromMilliseconds(1), null), CancellationToken.None));
        await Cluster.Forget(Id);
        Assert.True((await Cluster.Session(Id).Read()).Pending);
    }

    [Fact]
    public async Task Dual_write_is_not_switched_off_while_one_may_overwrite_what_clients_write_there()
    {
        await LostThenDelivered();
        await Assert.ThrowsAsync<PendingWritesException>(Off);
        Assert.True(Cluster.Rollout.State.DualWrite.Enabled);
        await Eventually.Holds(Repaired, "no session expects a late request");
        Assert.False((await Off()).State.DualWrite.Enabled);
        await Cluster.DualWrite();

        Task<RolloutChange> Off() => Cluster.RolloutGrain.SetDualWrite(new(false, null, null, Some.Caller()), CancellationToken.None);
    }

    /// <summary>A rollback that says it has drained is what breaking the glass waits for: gateways would then write to legacy without us.</summary>
    [Fact]
    public async Task A_rollback_has_not_drained_while_one_may_come()
    {
        await LostThenDelivered();
        Assert.Equal((0, false), await Cluster.Rollback(drain: TimeSpan.Zero) is var at ? (at.State.GoPercentage, at.Drained) : default);
        Assert.InRange((await Cluster.Rows.Lag(CancellationToken.None)).Late, 1, long.MaxValue);
        var waiting = Cluster.Rollback(drain: TimeSpan.FromMinutes(1));
        await Eventually.Holds(Repaired, "no session expects a late request");
        Assert.Equal((true, 0), await waiting is var end ? (end.Drained, end.Pending) : default);
    }

    /// <summary>Reconcile looks at every session that legacy shows otherwise, and by then a busy one may have forgotten what it sent then.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_takes_one_for_a_change_that_somebody_made_there(bool othersWrite)
    {
        Cluster.Legacy.OthersWrite = othersWrite;
        try
        {
            await LostThenDelivered();
            for (var n = 0; n < 6; n++) await Cluster.Merge(Id, $$"""{"user_id":"{{n}}"}""");
            Cluster.Legacy.Side.Seed(Id, Some.Text((await Cluster.Row(Id)).Document!.Utf8)!.Replace("\"5\"", "\"\"", StringComparison.Ordinal).Replace("\"user_id\":\"\",", "", StringComparison.Ordinal));
            Assert.NotEqual(SessionComparison.Different, (await Cluster.Session(Id).Compare(true)).Status);
            foreach (var scope in Enum.GetValues<MendScope>()) Assert.Contains((await Cluster.Session(Id).Mend(scope, false)).Status, (string[])[SessionMend.Pending, SessionMend.Equal]);
            await Eventually.Holds(async () => (await Cluster.Session(Id).Mend(MendScope.PickUp, false)).Status == SessionMend.Equal, "it was looked at");
            Assert.Equal(("\"5\"", "\"5\""), await Cluster.Both(Id, "user_id"));
            Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        }
        finally
        {
            Cluster.Legacy.OthersWrite = false;
        }
    }

    /// <summary>Verification that comes by between the end of the wait and the look: the next repair mends it, and it is nobody's mismatch.</summary>
    [Fact]
    public async Task Until_legacy_was_looked_at_it_is_no_mismatch()
    {
        ForLong();
        var late = await LostThenDelivered();
        Cluster.Legacy.Side.Seed(Id, late);
        await LongAfterwards();
        await Due();
        Assert.Equal((SessionComparison.Pending, 0), await Cluster.Session(Id).Compare(true) is var early ? (early.Status, early.Differences.Length) : default);
        await Cluster.Session(Id).Repair();
        Assert.Equal(SessionComparison.Equal, (await Cluster.Session(Id).Compare(true)).Status);
    }

    /// <summary>Known to have come, and not stored yet: a reader is not sent to legacy, which shows it.</summary>
    [Fact]
    public async Task Until_the_state_is_stored_again_readers_wait_for_it()
    {
        Cluster.Legacy.Side.Seed(Id, await LostThenDelivered());
        await Due();
        var hold = Cluster.Store.HoldCommits(Id);
        var look = Cluster.Session(Id).Adopt();
        await Eventually.Comes(hold.Arrived, "the commit");
        Assert.True((await Cluster.Session(Id).Read()).NeedsAdoption);
        hold.Release();
        Assert.Equal("\"busy\"", Some.Field((await look).Body, "status"));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Null((await Cluster.Row(Id)).LateFor);
    }

    [Fact]
    public async Task A_reader_that_gives_up_meanwhile_leaves_it_to_the_next()
    {
        Cluster.Legacy.Side.Seed(Id, await LostThenDelivered());
        await Due();
        var patience = false;
        Cluster.Store.Fail(Id, () => patience ? null : new OperationCanceledException());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cluster.Session(Id).Adopt());
        patience = true;
        Assert.True((await Cluster.Session(Id).Read()).NeedsAdoption);
        await Cluster.Session(Id).Repair();
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_legacy_has_answered_does_not_come_late()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, new LegacyAnswer.Unknown(LegacyTrouble.ServerError, "PUT answered 500"), applied: true);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.True(await Cluster.Session(Id).Repair());
        var read = await Cluster.Session(Id).Read();
        Assert.Equal((false, false), (read.Pending, read.NeedsAdoption));
    }

    [Fact]
    public async Task Where_none_came_nothing_is_sent()
    {
        await LostThenDelivered();
        var sent = Cluster.Legacy.Sent(Id).Count;
        await Due();
        Assert.Equal(2, (await Cluster.Session(Id).Adopt()).Version);
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
        var read = await Cluster.Session(Id).Read();
        Assert.Equal((false, false), (read.Pending, read.NeedsAdoption));
    }

    [Fact]
    public async Task A_legacy_that_is_gone_keeps_nobody_from_reading()
    {
        await LostThenDelivered();
        await Due();
        Cluster.Legacy.Down = true;
        try
        {
            var snapshot = await Cluster.Session(Id).Adopt();
            Assert.Equal(("\"busy\"", true, false), (Some.Field(snapshot.Body, "status"), snapshot.Pending, snapshot.NeedsAdoption));
        }
        finally
        {
            Cluster.Legacy.Down = false;
        }
    }

    [Fact]
    public async Task A_store_that_is_gone_keeps_nobody_from_reading_either_and_it_is_sent_over_later()
    {
        var late = await LostThenDelivered();
        Cluster.Legacy.Side.Seed(Id, late);
        await Due();
        var down = true;
        Cluster.Store.Fail(Id, () => down ? new StorageUnavailableException("gone") : null);
        Assert.Equal(("\"busy\"", true), await Cluster.Session(Id).Adopt() is var shown ? (Some.Field(shown.Body, "status"), shown.Pending) : default);
        down = false;
        await Due();
        await Cluster.Session(Id).Adopt();
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_somebody_else_wrote_there_meanwhile_is_not_overwritten()
    {
        Cluster.Legacy.OthersWrite = true;
        try
        {
            await LostThenDelivered();
            Cluster.Legacy.Side.Seed(Id, """{"status":"paused","user_id":"theirs"}""");
            await Due();
            await Cluster.Session(Id).Adopt();
            Assert.Equal("\"paused\"", (await Cluster.Both(Id)).Python);
        }
        finally
        {
            Cluster.Legacy.OthersWrite = false;
        }
    }

    private async Task<bool> Repaired()
    {
        foreach (var id in await Cluster.Rows.ClaimDue(1_000, TimeSpan.FromMilliseconds(50), CancellationToken.None)) await Cluster.Session(id).Repair();
        return await Cluster.Rows.Count(CancellationToken.None) is { Late: 0, Pending: 0 };
    }

    /// <summary>A change that legacy did not answer and that was sent again.</summary>
    /// <returns>What legacy had before it.</returns>
    private async Task<string> LostThenDelivered()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var before = Cluster.Legacy.Side.Peek(Id)!;
        Cluster.Legacy.Answer(Id, Some.Lost, applied: false);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        return before;
    }

    // Longer than any machine takes from the change to the look at it.
    private void ForLong() => Cluster.SessionOptions.LateRequests = TimeSpan.FromHours(1);

    /// <summary>What <see cref="ForLong"/> has made long is over, also for an activation that has it in memory.</summary>
    private async Task LongAfterwards()
    {
        Cluster.Rows.Acknowledge(await Cluster.Row(Id) with { LateFor = TimeSpan.Zero });
        await Cluster.Forget(Id);
    }

    private Task Due() => Eventually.Holds(async () => (await Cluster.Session(Id).Read()).NeedsAdoption, "legacy is to be looked at");
}
