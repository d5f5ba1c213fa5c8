using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class DecideTests
{
    private static readonly SessionRow Absent = SessionRow.Absent(Some.Id);
    private static readonly SessionRow Tombstone = Some.Committed(Some.InSync(), ChangeKind.Delete, "") with { LegacyVersion = 2 };

    [Theory]
    [InlineData(ChangeKind.Create, 201)]
    [InlineData(ChangeKind.Replace, 201)]
    public void Without_a_session_it_is_created(ChangeKind kind, int status)
    {
        foreach (var row in new[] { Absent, Tombstone })
        {
            var decision = CommitThenSend(row, kind, """{"status":"busy"}""");
            Assert.Equal(status, decision.Status);
            Assert.Equal(row.Version + 1, decision.Next.Version);
            Assert.Equal("busy", decision.Next.Document!.Member("status").GetString());
            Assert.Null(decision.Next.DeletedAt);
            Assert.True(decision.Next.Pending);
        }
    }

    [Theory]
    [InlineData(ChangeKind.Replace, 200)]
    [InlineData(ChangeKind.Merge, 200)]
    [InlineData(ChangeKind.Delete, 204)]
    public void A_live_session_is_changed(ChangeKind kind, int status)
    {
        var decision = CommitThenSend(Some.InSync(), kind, """{"status":"busy"}""");
        Assert.Equal(status, decision.Status);
        Assert.Equal((2, 1, true), (decision.Next.Version, decision.Next.LegacyVersion, decision.Next.Pending));
        Assert.Equal(kind != ChangeKind.Delete, decision.Next.Live);
        Assert.Equal(kind == ChangeKind.Delete, decision.Next.DeletedAt is not null);
    }

    [Fact]
    public void A_change_that_must_meet_a_session_is_refused_where_there_is_none()
    {
        var star = Some.Context() with { MustExist = true };
        foreach (var row in new[] { Absent, Tombstone })
        {
            Assert.Equal(0, Assert.Throws<VersionMismatchException>(() => Decide(row, ChangeKind.Replace)).Current);
            Assert.Throws<UnknownSessionException>(() => Decide(row, ChangeKind.Merge));
        }

        Assert.Equal(200, Assert.IsType<Decision.CommitThenSend>(Decide(Some.InSync(), ChangeKind.Replace)).Status);

        Decision Decide(SessionRow row, ChangeKind kind) => SessionRules.Decide(row, Some.Change(kind), star, Some.Rollout(), legacyRead: true, Some.Moment());
    }

    /// <summary>Legacy takes the id from there: it would keep the session under another, or show what nobody was told, and no repair would bring both sides together.</summary>
    [Theory]
    [InlineData("""{"session_name":"new"}""", RolloutPhase.DualWrite, true)]
    [InlineData("""{"session_name":null}""", RolloutPhase.Cutover, true, ChangeKind.Replace)]
    [InlineData("""{"session_name":"s-1"}""", RolloutPhase.DualWrite, false)]
    [InlineData("""{"status":"busy"}""", RolloutPhase.DualWrite, false)]
    [InlineData("""{"session_name":"new"}""", RolloutPhase.Completed, false)]
    public void The_member_by_which_legacy_knows_a_session_holds_its_id(string body, RolloutPhase phase, bool refused, ChangeKind? kind = null)
    {
        foreach (var way in kind is { } only ? [only] : (ChangeKind[])[ChangeKind.Replace, ChangeKind.Merge])
        {
            if (refused) Assert.Equal(["session_name"], Assert.Throws<InvalidInputException>(() => Decide(way)).Errors.Keys);
            else Assert.IsType<Decision.CommitThenSend>(Decide(way));
        }

        Decision Decide(ChangeKind way) => SessionRules.Decide(
            Some.InSync(), Some.Change(way, body), Some.Context(), Some.Rollout(phase: phase), legacyRead: true, Some.Moment() with { IdMember = "session_name" });
    }

    [Fact]
    public void A_merge_makes_no_session_too_large_and_one_that_is_may_shrink()
    {
        var small = Some.Moment() with { LongestDocument = 600 };
        var row = Some.InSync($$"""{"a":"{{new string('x', 300)}}"}""");
        Assert.Throws<TooLargeException>(() => Merge(row, $$"""{"b":"{{new string('x', 300)}}"}"""));
        Assert.IsType<Decision.CommitThenSend>(Merge(row, """{"status":"busy"}"""));
        var large = Some.InSync($$"""{"a":"{{new string('x', 900)}}"}""");
        Assert.IsType<Decision.CommitThenSend>(Merge(large, $$"""{"a":"{{new string('x', 800)}}"}"""));
        Assert.Throws<TooLargeException>(() => Merge(large, """{"b":"one more"}"""));

        Decision Merge(SessionRow to, string patch) => SessionRules.Decide(to, Some.Change(ChangeKind.Merge, patch), Some.Context(), Some.Rollout(), legacyRead: true, small);
    }

    /// <summary>Two silos' clocks differ, and one may be set back: versions say what came later.</summary>
    [Fact]
    public void A_clock_that_goes_back_changes_no_order()
    {
        var row = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""", key: "k-1", seconds: 3_600);
        row = Some.Committed(row, ChangeKind.Merge, """{"status":"paused"}""", key: "k-2", seconds: -3_600);
        Assert.Equal((3, "paused", "k-2"), (row.Version, row.Document!.Member("status").GetString(), row.Keys[^1].Key));
        Assert.Equal([1, 2, 3], row.RecentSends.Select(s => s.Version));
        var acknowledged = SessionRules.Acknowledge(row, 3, new LegacyAnswer.Applied("hash-3"), Some.Now.AddSeconds(-7_200), 0);
        Assert.True(acknowledged is { InSync: true, LegacyVersion: 3 });
        // An answer to what was sent before it comes late, by a clock that is ahead: it takes nothing back.
        Assert.Equal("hash-3", SessionRules.Acknowledge(acknowledged, 2, new LegacyAnswer.Applied("hash-2"), Some.Now.AddSeconds(7_200), 0).LegacyHash);
        foreach (var key in (string[])["k-1", "k-2"])
            Assert.IsType<Decision.Replay>(SessionRules.Decide(
                acknowledged, Some.Change(ChangeKind.Merge, key == "k-1" ? """{"status":"busy"}""" : """{"status":"paused"}"""), Some.Context(key), Some.Rollout(), legacyRead: true, Some.Moment(-7_200)));
    }

    [Fact]
    public void A_replacement_forgets_what_it_does_not_name_and_a_merge_keeps_it()
    {
        var row = Some.InSync("""{"status":"idle","own":1}""");
        using var replaced = CommitThenSend(row, ChangeKind.Replace, """{"tier":"worker"}""").Next.Document!.Parse();
        Assert.False(replaced.RootElement.TryGetProperty("own", out _));
        Assert.Equal(1, CommitThenSend(row, ChangeKind.Merge, """{"tier":"worker"}""").Next.Document!.Member("own").GetInt32());
    }

    [Fact]
    public void A_commit_takes_the_lease_names_its_commit_and_is_due_when_the_lease_ends()
    {
        var moment = Some.Moment();
        var next = ((Decision.CommitThenSend)SessionRules.Decide(Absent, Some.Change(ChangeKind.Create), Some.Context(), Some.Rollout(generation: 7), true, moment)).Next;
        Assert.Equal((moment.CommitId, "silo-1", 7), (next.CommitId, next.LeaseOwner, next.Generation));
        Assert.Equal((moment.Now, moment.Now + moment.SendLease), (next.PendingSince, next.NextAttemptAt));
    }

    [Fact]
    public void What_waits_longer_stays_the_age_of_the_lag()
    {
        var first = Some.Committed(Some.InSync(), ChangeKind.Merge, "{}");
        Assert.Equal(first.PendingSince, Some.Committed(first, ChangeKind.Merge, "{}", seconds: 60).PendingSince);
    }

    [Fact]
    public void Under_python_leads_the_state_stays_until_legacy_took_the_intent()
    {
        var row = Some.InSync();
        var moment = Some.Moment();
        var decision = Assert.IsType<Decision.IntendThenSend>(SessionRules.Decide(
            row, Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Some.Context("k"), Some.Rollout(mode: DualWriteMode.PythonLeads), true, moment));
        Assert.Equal(200, decision.Status);
        Assert.Equal((row.Version, row.Document), (decision.Intended.Version, decision.Intended.Document));
        Assert.True(decision.Intended.Pending);
        Assert.Empty(decision.Intended.Keys);
        Assert.Equal((moment.CommitId, "silo-1", moment.Now + moment.SendLease), (decision.Intended.CommitId, decision.Intended.LeaseOwner, decision.Intended.NextAttemptAt));
        Assert.Equal(("k", 200, "busy"), (decision.Intended.Intent!.Key, decision.Intended.Intent.Status, decision.Intended.Intent.Document!.Member("status").GetString()));
    }

    [Theory]
    [InlineData(true, DualWriteMode.GoLeads, RolloutPhase.DualWrite, Side.Go)]
    [InlineData(true, DualWriteMode.PythonLeads, RolloutPhase.Preparation, Side.Python)]
    [InlineData(true, DualWriteMode.PythonLeads, RolloutPhase.DualWrite, Side.Python)]
    [InlineData(true, DualWriteMode.PythonLeads, RolloutPhase.Monitoring, Side.Python)]
    [InlineData(true, DualWriteMode.PythonLeads, RolloutPhase.Cutover, Side.Go)]
    [InlineData(true, DualWriteMode.PythonLeads, RolloutPhase.Completed, Side.Go)]
    [InlineData(false, DualWriteMode.PythonLeads, RolloutPhase.Cutover, Side.Go)]
    [InlineData(false, DualWriteMode.GoLeads, RolloutPhase.Deprecation, Side.Go)]
    public void The_lead_follows_from_mode_and_phase(bool enabled, DualWriteMode mode, RolloutPhase phase, Side lead) =>
        Assert.Equal(lead, SessionRules.Lead(Some.Rollout(enabled, mode, phase)));

    // Legacy is not fed any more: a change must not wait for it for ever, be claimed for repair and count as lag.
    [Fact]
    public void After_completion_a_change_is_pending_for_nobody()
    {
        var decision = SessionRules.Decide(Some.InSync(), Some.Change(ChangeKind.Merge), Some.Context(), Some.Rollout(false, phase: RolloutPhase.Completed), false, Some.Moment());
        Assert.False(Assert.IsType<Decision.CommitThenSend>(decision).Next.Pending);
    }

    [Fact]
    public void After_completion_a_request_is_remembered_and_not_what_it_would_have_sent()
    {
        var (context, completed) = (Some.Context() with { RequestId = Guid.NewGuid() }, Some.Rollout(false, phase: RolloutPhase.Completed));
        var next = Assert.IsType<Decision.CommitThenSend>(SessionRules.Decide(Some.InSync(), Some.Change(ChangeKind.Merge), context, completed, false, Some.Moment())).Next;
        Assert.Equal(SentDocument.Forgotten, next.RecentSends[^1].Hash);
        Assert.IsType<Decision.Replay>(SessionRules.Decide(next, Some.Change(ChangeKind.Merge), context, completed, false, Some.Moment()));
    }

    [Fact]
    public void Deciding_changes_nothing_it_was_given()
    {
        var row = Some.InSync();
        var before = (row.Version, row.Document!.Text(), row.CommitId, row.Keys.Length, row.RecentSends.Length);
        CommitThenSend(row, ChangeKind.Delete, "");
        Assert.Equal(before, (row.Version, row.Document!.Text(), row.CommitId, row.Keys.Length, row.RecentSends.Length));
    }

    private static Decision.CommitThenSend CommitThenSend(SessionRow row, ChangeKind kind, string body) =>
        Assert.IsType<Decision.CommitThenSend>(SessionRules.Decide(row, Some.Change(kind, body), Some.Context(), Some.Rollout(), legacyRead: true, Some.Moment()));
}
