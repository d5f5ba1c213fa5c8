using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class AcknowledgeTests
{
    private static readonly SessionRow Second = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""");
    private static readonly SessionRow Third = Some.Committed(Second, ChangeKind.Merge, """{"status":"paused"}""", seconds: 1);
    private static readonly LegacyAnswer.Applied Applied = new("hash-new");

    [Fact]
    public void The_present_version_applied_is_in_sync()
    {
        var row = Acknowledge(Second, 2, Applied);
        Assert.Equal((2, "hash-new", null, null, 0), (row.LegacyVersion, row.LegacyHash, row.PendingSince, row.NextAttemptAt, row.Attempts));
        Assert.True(row is { InSync: true, Pending: false, LeaseOwner: null });
    }

    [Fact]
    public void An_older_version_applied_leaves_the_row_pending_and_due()
    {
        var row = Acknowledge(Third, 2, Applied);
        Assert.Equal((3, 2, "hash-new"), (row.Version, row.LegacyVersion, row.LegacyHash));
        Assert.True(row.Pending);
        Assert.Equal((Third.PendingSince, Third.NextAttemptAt), (row.PendingSince, row.NextAttemptAt));
    }

    // The lease belongs to the newer commit: whoever loads the row meanwhile must still wait for a request that is about to be sent.
    [Fact]
    public void An_older_version_applied_does_not_give_up_the_lease_of_the_newer_one() => Assert.Equal(Third.LeaseOwner, Acknowledge(Third, 2, Applied).LeaseOwner);

    [Fact]
    public void An_answer_that_comes_after_a_newer_one_changes_nothing()
    {
        var done = Acknowledge(Third, 3, new LegacyAnswer.Applied("hash-3"));
        var late = Acknowledge(done, 2, new LegacyAnswer.Applied("hash-2"));
        Assert.Equal((3, "hash-3", false), (late.LegacyVersion, late.LegacyHash, late.Pending));
        var unanswered = Acknowledge(done, 2, new LegacyAnswer.Unknown("timeout", ""));
        Assert.Equal(done, unanswered with { RecentSends = done.RecentSends });
    }

    [Fact]
    public void The_same_answer_twice_is_one_answer()
    {
        var once = Acknowledge(Second, 2, Applied);
        Assert.Equal(once, Acknowledge(once, 2, Applied));
    }

    [Fact]
    public void A_failure_is_tried_again_after_a_while()
    {
        foreach (LegacyAnswer answer in new LegacyAnswer[] { new LegacyAnswer.Failed("refused", ""), new LegacyAnswer.Unknown("timeout", "") })
        {
            var once = Acknowledge(Second, 2, answer);
            Assert.Equal((1, 1, Some.Now.AddSeconds(0.25)), (once.LegacyVersion, once.Attempts, once.NextAttemptAt!.Value));
            Assert.True(once is { Pending: true, LeaseOwner: null });
            Assert.Equal(Second.PendingSince, once.PendingSince);
            Assert.Equal((2, Some.Now.AddSeconds(0.5)), Acknowledge(once, 2, answer) is var twice ? (twice.Attempts, twice.NextAttemptAt!.Value) : default);
        }
    }

    [Fact]
    public void A_rejection_waits_for_an_operator_or_the_next_change()
    {
        var row = Acknowledge(Second, 2, new LegacyAnswer.Rejected(422, "no such tier"));
        Assert.Equal(new Rejection(422, "no such tier", Some.Now), row.Rejected);
        Assert.True(row is { Pending: false, InSync: false, NextAttemptAt: null });
        Assert.Equal("busy", row.Document!.Member("status").GetString());
    }

    [Fact]
    public void The_rejection_of_an_older_version_does_not_stop_the_newer_one()
    {
        var row = Acknowledge(Third, 2, new LegacyAnswer.Rejected(422, "no"));
        Assert.Null(row.Rejected);
        Assert.True(row is { Pending: true, NextAttemptAt: not null });
    }

    [Fact]
    public void The_next_change_after_a_rejection_is_pending_and_clears_it()
    {
        var row = Some.Committed(Acknowledge(Second, 2, new LegacyAnswer.Rejected(422, "no")), ChangeKind.Merge, "{}", seconds: 3600);
        Assert.True(row is { Pending: true, Rejected: null, Attempts: 0 });
    }

    // A rejected change is no lag (3.3), so the hour that it lay there is no lag of the next change either.
    [Fact]
    public void The_lag_of_a_change_after_a_rejection_starts_with_that_change()
    {
        var row = Some.Committed(Acknowledge(Second, 2, new LegacyAnswer.Rejected(422, "no")), ChangeKind.Merge, "{}", seconds: 3600);
        Assert.Equal(Some.Now.AddHours(1), row.PendingSince);
    }

    [Fact]
    public void A_delete_that_legacy_took_leaves_no_hash()
    {
        var row = Acknowledge(Some.Committed(Some.InSync(), ChangeKind.Delete, ""), 2, new LegacyAnswer.Applied(null));
        Assert.Null(row.LegacyHash);
        Assert.True(row is { InSync: true, Live: false });
    }

    [Fact]
    public void An_acknowledgement_that_came_during_a_commit_is_carried_over()
    {
        var carried = SessionRules.Carry(Third, Acknowledge(Second, 2, Applied));
        Assert.Equal((3, 2, "hash-new"), (carried.Version, carried.LegacyVersion, carried.LegacyHash));
        Assert.Equal(Third, SessionRules.Carry(Third, Second));
    }

    private static SessionRow Acknowledge(SessionRow row, long version, LegacyAnswer answer) => SessionRules.Acknowledge(row, version, answer, Some.Now, 0);
}
