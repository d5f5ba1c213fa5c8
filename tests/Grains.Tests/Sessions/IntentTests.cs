using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class IntentTests
{
    private static readonly RolloutState PythonLeads = Some.Rollout(mode: DualWriteMode.PythonLeads);
    private static readonly SessionRow Intended = Some.Intended(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""");

    [Fact]
    public void Fulfilled_it_is_the_state_and_in_sync()
    {
        var moment = Some.Moment(1);
        var row = SessionRules.Fulfil(Intended, new("h"), PythonLeads, moment);
        Assert.Equal((2, 2, "h", "busy"), (row.Version, row.LegacyVersion, row.LegacyHash, row.Document!.Member("status").GetString()));
        Assert.True(row is { InSync: true, Pending: false, Intent: null, PendingSince: null, NextAttemptAt: null, LeaseOwner: null });
        Assert.Equal(moment.CommitId, row.CommitId);
    }

    [Fact]
    public void A_fulfilled_delete_is_a_tombstone()
    {
        var row = SessionRules.Fulfil(Some.Intended(Some.InSync(), ChangeKind.Delete, ""), new(null), PythonLeads, Some.Moment());
        Assert.True(row is { Live: false, InSync: true, LegacyHash: null, DeletedAt: not null });
    }

    /// <summary>Everything that asks the store goes by it: lists, counts, the view, the sweep.</summary>
    [Fact]
    public void Of_a_session_that_nobody_has_yet_nothing_is_to_be_seen()
    {
        var intended = Some.Intended(SessionRow.Absent(Some.Id), ChangeKind.Create, "{}");
        Assert.True(intended is { Live: false, DeletedAt: not null, Version: 0 });
        Assert.True(SessionRules.Withdraw(intended, Some.Moment(1)) is { Live: false, DeletedAt: not null });
        Assert.True(SessionRules.Fulfil(intended, new("h"), PythonLeads, Some.Moment(1)) is { Live: true, DeletedAt: null, Version: 1 });
        Assert.Null(Intended.DeletedAt);
    }

    [Fact]
    public void Withdrawn_it_is_as_if_it_had_never_been_asked()
    {
        var before = Some.InSync();
        var moment = Some.Moment(1);
        var row = SessionRules.Withdraw(Some.Intended(before, ChangeKind.Merge, """{"status":"busy"}"""), moment);
        Assert.Equal((before.Version, before.LegacyVersion, before.LegacyHash, before.Document!.Text()), (row.Version, row.LegacyVersion, row.LegacyHash, row.Document!.Text()));
        Assert.True(row is { Intent: null, Pending: false, InSync: true, LeaseOwner: null });
        Assert.Equal(moment.CommitId, row.CommitId);
    }

    // After a switch from go_leads an intent can stand on a change that legacy still lacks: that one must find its way to repair again.
    [Fact]
    public void Withdrawn_it_leaves_an_older_pending_change_due()
    {
        var pending = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""");
        var row = SessionRules.Withdraw(Some.Intended(pending, ChangeKind.Merge, """{"tier":"worker"}""", seconds: 1), Some.Moment(2));
        Assert.True(row.Pending);
        Assert.Equal(pending.PendingSince, row.PendingSince);
        Assert.NotNull(row.NextAttemptAt);
    }

    [Fact]
    public void Fulfilled_on_top_of_a_pending_change_it_brings_both()
    {
        var pending = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""");
        var row = SessionRules.Fulfil(Some.Intended(pending, ChangeKind.Merge, """{"tier":"worker"}"""), new("h"), PythonLeads, Some.Moment());
        Assert.Equal((3, 3, "busy"), (row.Version, row.LegacyVersion, row.Document!.Member("status").GetString()));
        Assert.True(row.InSync);
    }

    [Fact]
    public void Without_an_intent_there_is_nothing_to_fulfil() =>
        Assert.Throws<InvalidOperationException>(() => SessionRules.Fulfil(Some.InSync(), new("h"), PythonLeads, Some.Moment()));

    [Fact]
    public void A_repairs_lease_changes_nothing_but_the_lease()
    {
        var moment = Some.Moment(9);
        var row = SessionRules.TakeLease(Intended, moment);
        Assert.Equal(Intended with { CommitId = moment.CommitId, LeaseOwner = "silo-1", NextAttemptAt = moment.Now + moment.SendLease }, row);
    }

    // Whoever decides on top of a standing intent would lose it: the caller has to settle it first.
    [Theory]
    [InlineData(DualWriteMode.GoLeads)]
    [InlineData(DualWriteMode.PythonLeads)]
    public void Nothing_is_decided_while_an_intent_stands(DualWriteMode mode) =>
        Assert.Throws<InvalidOperationException>(() =>
            SessionRules.Decide(Intended, Some.Change(ChangeKind.Merge), Some.Context(), Some.Rollout(mode: mode), legacyRead: true, Some.Moment(1)));
}
