using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class AdoptionTests
{
    private static readonly RolloutState Later = Some.Rollout(generation: 2);

    [Theory]
    [InlineData(ChangeKind.Create)]
    [InlineData(ChangeKind.Replace)]
    [InlineData(ChangeKind.Merge)]
    [InlineData(ChangeKind.Delete)]
    public void Nothing_is_decided_before_legacy_was_read(ChangeKind kind)
    {
        Assert.IsType<Decision.AdoptFirst>(Decide(SessionRow.Absent(Some.Id), kind, Some.Rollout()));
        Assert.IsType<Decision.AdoptFirst>(Decide(Some.InSync(), kind, Later));
    }

    [Fact]
    public void A_row_of_this_generation_needs_no_read() => Assert.IsType<Decision.CommitThenSend>(Decide(Some.InSync(), ChangeKind.Replace, Some.Rollout()));

    [Fact]
    public void What_is_pending_is_not_overwritten_by_what_legacy_has()
    {
        Assert.False(SessionRules.NeedsAdoption(Some.Committed(Some.InSync(), ChangeKind.Merge, "{}"), Later));
        Assert.False(SessionRules.NeedsAdoption(Some.Intended(Some.InSync(), ChangeKind.Merge, "{}"), Later));
    }

    // The client was told that this change is done: a new generation must not trade it for legacy's older state unseen.
    [Fact]
    public void What_legacy_rejected_is_not_overwritten_by_what_legacy_has()
    {
        var committed = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""");
        var rejected = SessionRules.Acknowledge(committed, committed.Version, new LegacyAnswer.Rejected(422, "no"), Some.Now, 0);
        Assert.False(SessionRules.NeedsAdoption(rejected, Later));
    }

    [Fact]
    public void After_completion_what_is_absent_is_absent() => Assert.False(SessionRules.NeedsAdoption(SessionRow.Absent(Some.Id), Some.Rollout(phase: RolloutPhase.Completed)));

    // Architecture 3.4: from cutover on legacy's own changes to known sessions are drift. Both sides were fed all the time.
    [Fact]
    public void Dual_write_turned_on_again_after_cutover_does_not_make_legacy_the_truth()
    {
        var off = Some.Rollout(enabled: false, phase: RolloutPhase.Cutover, percentage: 100);
        var on = RolloutRules.Turn(off, true, Some.Caller(), Some.Now).Next;
        Assert.False(SessionRules.NeedsAdoption(Some.InSync(), on));
    }

    [Fact]
    public void Legacys_document_becomes_the_rows_state_in_sync_from_the_start()
    {
        var legacy = Some.Legacy("""{"status":"SessionStatus.BUSY","own":1}""");
        var moment = Some.Moment();
        var row = SessionRules.Adopt(SessionRow.Absent(Some.Id), legacy, Later, "run", moment)!;
        Assert.Equal("""{"id":"s-1","status":"busy","own":1}""", row.Document!.Text());
        Assert.Equal((1, 1, 2, legacy.Hash), (row.Version, row.LegacyVersion, row.Generation, row.LegacyHash));
        Assert.Equal((moment.Now, "run", moment.CommitId, null), (row.MigratedAt, row.MigratedFrom, row.CommitId, row.LeaseOwner));
        Assert.True(row is { InSync: true, Pending: false });
        Assert.False(SessionRules.NeedsAdoption(row, Later));
    }

    [Fact]
    public void Absence_on_both_sides_is_not_stored() => Assert.Null(SessionRules.Adopt(SessionRow.Absent(Some.Id), LegacyRead.Absent, Later, "write", Some.Moment()));

    [Fact]
    public void A_stale_row_that_legacy_did_not_change_keeps_its_version_and_enters_the_generation()
    {
        var legacy = Some.Legacy("""{"status":"idle"}""");
        var row = Some.InSync() with { LegacyHash = legacy.Hash };
        var adopted = SessionRules.Adopt(row, legacy, Later, "write", Some.Moment())!;
        Assert.Equal((1, 1, 2), (adopted.Version, adopted.LegacyVersion, adopted.Generation));
        Assert.Same(row.Document, adopted.Document);
    }

    [Fact]
    public void A_change_made_on_legacy_meanwhile_is_a_new_version()
    {
        var adopted = SessionRules.Adopt(Some.InSync(), Some.Legacy("""{"status":"paused"}"""), Later, "write", Some.Moment())!;
        Assert.Equal((2, 2, "paused"), (adopted.Version, adopted.LegacyVersion, adopted.Document!.Member("status").GetString()));
    }

    [Fact]
    public void A_delete_on_legacy_is_adopted_and_so_is_a_recreation()
    {
        var gone = SessionRules.Adopt(Some.InSync(), LegacyRead.Absent, Later, "write", Some.Moment(5))!;
        Assert.Equal((2, 2, false, Some.Now.AddSeconds(5)), (gone.Version, gone.LegacyVersion, gone.Live, gone.DeletedAt!.Value));
        var still = SessionRules.Adopt(gone, LegacyRead.Absent, Some.Rollout(generation: 3), "write", Some.Moment(9))!;
        Assert.Equal((2, Some.Now.AddSeconds(5)), (still.Version, still.DeletedAt!.Value));
        var back = SessionRules.Adopt(still, Some.Legacy("""{"status":"idle"}"""), Some.Rollout(generation: 4), "write", Some.Moment(10))!;
        Assert.Equal((3, 3, true, null), (back.Version, back.LegacyVersion, back.Live, back.DeletedAt));
    }

    // While dual-write was off a client set the session back to what it had been once, and was answered by legacy alone: no request of ours came late.
    [Fact]
    public void What_clients_set_back_on_legacy_is_taken_over_and_not_overwritten()
    {
        var first = Some.InSync("""{"status":"busy"}""");
        var second = Some.Committed(first, ChangeKind.Merge, """{"status":"paused"}""", seconds: 1);
        second = SessionRules.Acknowledge(second, 2, new LegacyAnswer.Applied("hash-2"), Some.Now.AddSeconds(1), 0);
        var next = SessionRules.Adopt(second, Some.Legacy(first.Document!.Text()), Later, "write", Some.Moment(60))!;
        Assert.Equal(("busy", 3, 3), (next.Document!.Member("status").GetString(), next.Version, next.LegacyVersion));
        Assert.True(next is { Pending: false, InSync: true });
        Assert.Equal(second.RecentSends.Length, next.RecentSends.Length);
        Assert.All(next.RecentSends, s => Assert.Equal(SentDocument.Forgotten, s.Hash));
    }

    // Legacy refused it while both sides were written, and took it from a client when it was the only one.
    [Fact]
    public void What_was_withdrawn_once_is_taken_over_when_legacy_has_it()
    {
        var intended = Some.Intended(Some.InSync("""{"status":"idle"}"""), ChangeKind.Merge, """{"status":"busy"}""");
        var next = SessionRules.Adopt(SessionRules.Withdraw(intended, Some.Moment(1)), Some.Legacy(intended.Intent!.Document!.Text()), Later, "write", Some.Moment(60))!;
        Assert.Equal(("busy", 2), (next.Document!.Member("status").GetString(), next.Version));
    }

    [Fact]
    public void What_legacy_has_only_written_anew_keeps_its_version()
    {
        var row = Some.InSync("""{"status":"busy"}""");
        var next = SessionRules.Adopt(row, Some.Legacy(row.Document!.Text()) with { Hash = "another" }, Later, "write", Some.Moment(60))!;
        Assert.Equal((1, "another"), (next.Version, next.LegacyHash));
    }

    [Fact]
    public void Keys_survive_an_adoption() =>
        Assert.Single(SessionRules.Adopt(Some.Committed(Some.InSync(), ChangeKind.Merge, "{}", "k") with { LegacyVersion = 2 }, LegacyRead.Absent, Later, "write", Some.Moment())!.Keys);

    private static Decision Decide(SessionRow row, ChangeKind kind, RolloutState rollout) =>
        SessionRules.Decide(row, Some.Change(kind), Some.Context(), rollout, legacyRead: false, Some.Moment());
}
