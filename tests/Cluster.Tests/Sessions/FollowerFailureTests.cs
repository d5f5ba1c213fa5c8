using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>go_leads while legacy has trouble: nothing is refused, nothing is lost.</summary>
public sealed class FollowerFailureTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    /// <summary>The store went away after the change, and with it what legacy had said to it: nobody could have decided what nobody was shown.</summary>
    [Fact]
    public async Task A_refusal_that_was_lost_on_its_way_to_the_store_is_stored_when_the_session_is_to_be_repaired()
    {
        Cluster.Legacy.Answer(Id, Some.Rejected);
        Cluster.Store.LosesAnswers = true;
        await Cluster.Create(Id, "{}");
        Cluster.Store.LosesAnswers = false;
        Assert.True((await Cluster.Row(Id)).Pending);
        await Cluster.Session(Id).Repair();
        Assert.True((await Cluster.Row(Id)) is { Pending: false, Rejected.Status: 422 });
        Assert.Contains(await Cluster.Rows.Conflicts(1_000, resolved: false, CancellationToken.None), c => c.SessionId == Id);
    }

    [Fact]
    public async Task A_row_that_has_moved_on_without_its_activation_is_read_anew_when_it_is_to_be_repaired()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var row = await Cluster.Row(Id);
        Cluster.Rows.Plant(row with { Version = 2, Document = SessionDocument.FromClient(Id, Some.Utf8("""{"status":"busy"}""")), CommitId = Guid.CreateVersion7(), PendingSince = row.MigratedAt ?? TimeProvider.System.GetUtcNow() });
        await Record.ExceptionAsync(() => Cluster.Session(Id).Repair());
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_definite_failure_of_legacy_is_partial_readable_and_repaired()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Refused);
        var outcome = await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal((200, 2, DualWriteOutcome.Partial), (outcome.Status, outcome.Version, outcome.DualWrite));
        Assert.Equal(("\"busy\"", "\"idle\""), await Cluster.Both(Id));
        Assert.True((await Cluster.Session(Id).Read()).Pending);
        // It is stored that the attempt failed when the store gets to it, and from then on it lags.
        await Eventually.Holds(async () => await Cluster.Lag() is { Pending: 1 } lag && lag.OldestSessionId == Id, "the change lags");

        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.False((await Cluster.Session(Id).Read()).Pending);
        Assert.Equal((0, TimeSpan.Zero), await Cluster.Lag() is var l ? (l.Pending, l.Oldest) : default);
    }

    [Fact]
    public async Task The_repair_of_a_dead_activation_is_done_by_the_next()
    {
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.Forget(Id);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_lost_answer_is_settled_by_sending_again()
    {
        Cluster.Legacy.Answer(Id, Some.Lost, applied: true);
        var outcome = await Cluster.Create(Id, """{"status":"idle"}""");
        Assert.Equal((201, DualWriteOutcome.Partial), (outcome.Status, outcome.DualWrite));
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(2, Cluster.Legacy.Sent(Id).Count);
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
        Assert.Equal(0, (await Cluster.Lag()).Pending);
    }

    [Fact]
    public async Task A_rejection_is_recorded_and_no_lag()
    {
        await Cluster.Create(Id, """{"tier":"worker"}""");
        Cluster.Legacy.Answer(Id, Some.Rejected);
        var outcome = await Cluster.Merge(Id, """{"tier":"manager"}""");
        Assert.Equal((200, DualWriteOutcome.Partial), (outcome.Status, outcome.DualWrite));
        Assert.Equal(0, (await Cluster.Lag()).Pending);
        Assert.Equal("tier is not allowed", (await Cluster.Session(Id).Inspect()).Rejected);
        Assert.Single(Cluster.Rows.Errors, e => e.SessionId == Id && e.Code == "rejected" && e.Version == 2);
        await Cluster.Session(Id).Repair();
        Assert.Equal(2, Cluster.Legacy.Sent(Id).Count);
        Assert.Equal(("\"manager\"", "\"worker\""), await Cluster.Both(Id, "tier"));
    }

    [Fact]
    public async Task A_409_that_lasts_is_a_conflict_and_sent_no_more()
    {
        RefusalsLastAtOnce();
        await Cluster.Create(Id, """{"tier":"worker"}""");
        Cluster.Legacy.Answer(Id, Some.Locked, times: 100);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"tier":"manager"}""")).DualWrite);
        for (var sent = 1; sent < RefusedSends.Enough; sent++)
        {
            Assert.True((await Cluster.Row(Id)) is { Pending: true, Rejected: null });
            await Cluster.Session(Id).Repair();
        }

        Assert.True((await Cluster.Row(Id)) is { Pending: false, Rejected: { Status: 409, Body: "locked" } });
        Assert.Contains(await Cluster.Rows.Conflicts(1_000, resolved: false, CancellationToken.None), c => c.SessionId == Id);
        await Cluster.Session(Id).Repair();
        Assert.Equal(1 + RefusedSends.Enough, Cluster.Legacy.Sent(Id).Count);
    }

    [Fact]
    public async Task The_change_after_a_rejection_is_sent_and_ends_it()
    {
        Cluster.Legacy.Answer(Id, Some.Rejected);
        await Cluster.Create(Id, """{"tier":"manager"}""");
        Assert.Equal(DualWriteOutcome.Success, (await Cluster.Merge(Id, """{"tier":"worker"}""")).DualWrite);
        Assert.Null((await Cluster.Session(Id).Inspect()).Rejected);
        Assert.Equal(("\"worker\"", "\"worker\""), await Cluster.Both(Id, "tier"));
    }

    [Fact]
    public async Task A_delete_that_legacy_missed_is_repaired()
    {
        await Cluster.Create(Id, "{}");
        Cluster.Legacy.Answer(Id, Some.Refused);
        Assert.Equal((204, DualWriteOutcome.Partial), await Cluster.Delete(Id) is var o ? (o.Status, o.DualWrite) : default);
        var snapshot = await Cluster.Session(Id).Read();
        Assert.Equal((null, true, false), (snapshot.Body, snapshot.Pending, snapshot.NeedsAdoption));
        await Cluster.Session(Id).Repair();
        Assert.Null(Cluster.Legacy.Side.Peek(Id));
    }

    [Fact]
    public async Task The_last_state_wins_over_changes_that_never_arrived()
    {
        Cluster.Legacy.Answer(Id, Some.Refused, times: 3);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        await Cluster.Delete(Id);
        Assert.Equal(1, (await Cluster.Lag()).Pending);
        Assert.Equal((201, 4, DualWriteOutcome.Success), await Cluster.Create(Id, """{"status":"active"}""") is var o ? (o.Status, o.Version, o.DualWrite) : default);
        Assert.Equal(("\"active\"", "\"active\""), await Cluster.Both(Id));
        Assert.Equal(0, (await Cluster.Lag()).Pending);
    }

    [Fact]
    public async Task A_hundred_retries_of_one_change_are_one_error()
    {
        Cluster.Legacy.Answer(Id, Some.Refused, times: 5);
        await Cluster.Create(Id, "{}");
        for (var i = 0; i < 4; i++) Assert.False(await Cluster.Session(Id).Repair());
        Assert.Single(Cluster.Rows.Errors, e => e.SessionId == Id);
        Assert.True(await Cluster.Session(Id).Repair());
    }

    [Fact]
    public async Task What_is_due_is_claimed_by_one_pump_at_a_time()
    {
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Create(Id, "{}");
        await Eventually.Holds(async () => (await Cluster.Rows.ClaimDue(1_000, TimeSpan.FromMinutes(1), CancellationToken.None)).Contains(Id), "the repair is due");
        Assert.DoesNotContain(Id, await Cluster.Rows.ClaimDue(1_000, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.True(await Cluster.Session(Id).Repair());
    }

    /// <summary>It was completed while this was on its way: taken again at once, it would keep repair, and the database, busy for ever.</summary>
    [Fact]
    public async Task What_nobody_sends_any_more_rests_as_long_as_it_was_claimed()
    {
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Create(Id, "{}");
        await Cluster.Put(s => s with { Phase = RolloutPhase.Completed });
        await Eventually.Holds(async () => (await Cluster.Rows.ClaimDue(1_000, TimeSpan.FromMinutes(1), CancellationToken.None)).Contains(Id), "the repair is due");
        Assert.False(await Cluster.Session(Id).Repair());
        Assert.DoesNotContain(Id, await Cluster.Rows.ClaimDue(1_000, TimeSpan.FromMinutes(1), CancellationToken.None));
        await Cluster.DualWrite();
        Assert.True(await Cluster.Session(Id).Repair());
    }

    [Fact]
    public async Task Nothing_leaves_before_it_is_stored()
    {
        LeasesAreLong();
        var hold = Cluster.Legacy.HoldSends(Id);
        var write = Cluster.Create(Id, """{"status":"idle"}""");
        await Eventually.Comes(hold.Arrived, "the send");
        var row = await Cluster.Row(Id);
        Assert.Equal((1, 0, true), (row.Version, row.LegacyVersion, row.LeaseOwner is not null));
        Assert.True((await Cluster.Rows.Load(Id, CancellationToken.None)).LeaseLeft > TimeSpan.Zero);
        Assert.False(write.IsCompleted);
        Assert.Equal("\"idle\"", Some.Field((await Cluster.Session(Id).Read()).Body, "status"));
        hold.Release();
        Assert.Equal(DualWriteOutcome.Success, (await write).DualWrite);
    }

    [Fact]
    public async Task A_database_that_refuses_leaves_both_sides_as_they_were()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Store.Fail(Id, () => new Contracts.Problems.StorageUnavailableException("The database is gone."));
        await Assert.ThrowsAsync<Contracts.Problems.StorageUnavailableException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        Cluster.Store.Fail(Id, () => null);
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
        Assert.Single(Cluster.Legacy.Sent(Id));
        Assert.Equal(2, (await Cluster.Merge(Id, """{"status":"busy"}""")).Version);
    }
}
