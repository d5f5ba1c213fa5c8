using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>A gateway repeats a request whose silo was lost: the session knows by the request's id whether it took effect.</summary>
public sealed class RepeatedRequestTests
{
    private static readonly Guid Request = Guid.NewGuid();

    [Fact]
    public void What_took_effect_is_answered_and_not_done_again()
    {
        var row = Commit(Some.InSync(), Request, attempt: 1);
        Assert.Equal((200, 2), Assert.IsType<Decision.Replay>(Decide(row, Request, 2)) is { Stored: var s } ? (s.Status, s.Version) : default);
    }

    [Fact]
    public void What_did_not_take_effect_is_done_now() => Assert.IsType<Decision.CommitThenSend>(Decide(Commit(Some.InSync(), Guid.NewGuid(), 1), Request, 2));

    [Fact]
    public void A_first_attempt_that_arrives_after_the_second_is_not_done_again() => Assert.IsType<Decision.Replay>(Decide(Commit(Some.InSync(), Request, 2), Request, 1));

    [Fact]
    public void A_create_that_took_effect_is_not_refused_because_the_session_exists()
    {
        var created = ((Decision.CommitThenSend)Decide(SessionRow.Absent(Some.Id), Request, 1, ChangeKind.Create)).Next;
        Assert.Equal(201, Assert.IsType<Decision.Replay>(Decide(created, Request, 2, ChangeKind.Create)).Stored.Status);
    }

    [Fact]
    public void A_fulfilled_intent_is_remembered_and_a_withdrawn_one_is_not()
    {
        var rollout = Some.Rollout(mode: DualWriteMode.PythonLeads);
        var intended = ((Decision.IntendThenSend)SessionRules.Decide(Some.InSync(), Some.Change(ChangeKind.Merge), new(1, null, null, Request), rollout, true, Some.Moment())).Intended;
        Assert.IsType<Decision.Replay>(Decide(SessionRules.Fulfil(intended, new("h"), rollout, Some.Moment()), Request, 2));
        Assert.IsType<Decision.CommitThenSend>(Decide(SessionRules.Withdraw(intended, Some.Moment()), Request, 2));
    }

    /// <summary>Chaos, seed 916: each change that legacy led was remembered twice, and a request after sixteen of them was done once more.</summary>
    [Fact]
    public void As_many_changes_are_remembered_where_legacy_leads_as_where_it_does_not()
    {
        var row = Fulfilled(Some.InSync(), Request, 0);
        for (var i = 1; i < 31; i++) row = Fulfilled(row, Guid.NewGuid(), 0.1 * i);
        Assert.IsType<Decision.Replay>(Decide(row, Request, 1, seconds: 3));
        Assert.Equal(31, row.RecentSends.Length);
    }

    /// <summary>Beside seed 916: the silo that takes a session over may have another idea of the time.</summary>
    [Theory]
    [InlineData(7_200)]
    [InlineData(-7_200)]
    public void A_silo_whose_clock_is_wrong_forgets_no_request(int seconds)
    {
        var row = Acknowledged(Some.InSync(), Request, 0);
        for (var i = 0; i < 5; i++) row = Acknowledged(row, Guid.NewGuid(), 0.1 * i);
        for (var i = 0; i < 5; i++) row = Acknowledged(row, Guid.NewGuid(), seconds + 0.1 * i);
        Assert.IsType<Decision.Replay>(Decide(row, Request, 1, seconds: seconds + 1));
    }

    [Fact]
    public void What_no_gateway_repeats_any_more_is_forgotten()
    {
        var row = Commit(Some.InSync(), Request, 1);
        for (var i = 1; i < 30; i++) row = Acknowledged(row, Guid.NewGuid(), i);
        Assert.InRange(row.RecentSends.Length, 10, 12);
    }

    /// <summary>A session that was made a moment before its silo froze: everything that ever happened to it is remembered.</summary>
    [Fact]
    public void A_memory_that_reaches_back_to_the_first_change_can_tell()
    {
        var row = SessionRow.Absent(Some.Id);
        row = ((Decision.CommitThenSend)SessionRules.Decide(row, Some.Change(ChangeKind.Create), new(1, null, null, Guid.NewGuid()), Some.Rollout(), true, Some.Moment())).Next;
        for (var i = 0; i < 9; i++) row = Commit(row, Guid.NewGuid(), 1, 0.1 * i);
        Assert.IsType<Decision.CommitThenSend>(Decide(row, Request, 2, seconds: 5, since: 4.5));
    }

    [Fact]
    public void A_session_whose_memory_does_not_reach_back_far_enough_says_that_it_does_not_know()
    {
        var row = Commit(Some.InSync(), Request, 1);
        for (var i = 0; i < 40; i++) row = Commit(row, Guid.NewGuid(), 1);
        Assert.Throws<OutcomeUnknownException>(() => Decide(row, Request, 2));
    }

    [Fact]
    public void A_session_that_changed_several_times_within_a_minute_still_knows_what_a_request_did_that_is_a_moment_old()
    {
        var (row, seconds) = (Some.InSync(), 0d);
        for (; seconds < 10; seconds += 0.5) row = Commit(row, Guid.NewGuid(), 1, seconds);
        Assert.IsType<Decision.CommitThenSend>(Decide(row, Request, 2, seconds: seconds, since: 2));
        var done = Commit(row, Request, 1, seconds);
        for (; seconds < 14; seconds += 0.5) done = Commit(done, Guid.NewGuid(), 1, seconds);
        Assert.IsType<Decision.Replay>(Decide(done, Request, 2, seconds: seconds, since: 4));
    }

    [Fact]
    public void A_request_that_is_older_than_what_is_remembered_may_have_been_done()
    {
        var row = Commit(Some.InSync(), Request, 1);
        for (var i = 0; i < 40; i++) row = Commit(row, Guid.NewGuid(), 1, 0.1 * i);
        Assert.Throws<OutcomeUnknownException>(() => Decide(row, Request, 2, seconds: 4, since: 4));
    }

    /// <summary>Beside seed 1020: how long an attempt was on its way counts as well.</summary>
    [Fact]
    public void A_repetition_that_was_held_up_is_as_old_as_that()
    {
        var row = Commit(Some.InSync(), Request, 1);
        for (var i = 0; i < 40; i++) row = Commit(row, Guid.NewGuid(), 1, 0.2 * i);
        var late = new WriteContext(1, RequestId: Request, Attempt: 2, Since: TimeSpan.FromSeconds(1.5), SentAt: Some.Now);
        Assert.Throws<OutcomeUnknownException>(() => At(8));
        Assert.IsType<Decision.CommitThenSend>(At(1));

        Decision At(double storeSeconds) => SessionRules.Decide(
            row, Some.Change(ChangeKind.Merge), late, Some.Rollout(), legacyRead: true, Some.Moment(8) with { StoreNow = Some.Now.AddSeconds(storeSeconds) });
    }

    [Fact]
    public void That_a_request_is_remembered_does_not_make_its_document_an_echo()
    {
        var row = Some.InSync();
        for (var i = 0; i < 10; i++) row = Acknowledged(row, Guid.NewGuid(), 0.1 * i);
        Assert.Equal(10, row.RecentSends.Count(s => s.RequestId != Guid.Empty));
        Assert.Equal(4, row.RecentSends.Count(s => s.Hash != SentDocument.Forgotten));
    }

    [Fact]
    public void A_quiet_session_remembers_long_enough_to_be_sure()
    {
        var row = Some.InSync();
        for (var i = 0; i < 10; i++) row = Commit(row, Guid.NewGuid(), 1);
        Assert.IsType<Decision.CommitThenSend>(Decide(row, Request, 2, seconds: 61));
    }

    [Fact]
    public void Without_a_request_id_nothing_is_taken_for_a_repetition()
    {
        var row = SessionRules.Withdraw(Some.Intended(Some.InSync(), ChangeKind.Merge, "{}"), Some.Moment());
        Assert.IsType<Decision.CommitThenSend>(Decide(row, Guid.Empty, 2));
    }

    private static SessionRow Acknowledged(SessionRow row, Guid request, double seconds) =>
        SessionRules.Acknowledge(Commit(row, request, 1, seconds), row.Version + 1, new LegacyAnswer.Applied("h"), Some.Moment().Now, 0);

    private static SessionRow Fulfilled(SessionRow row, Guid request, double seconds)
    {
        var (rollout, moment) = (Some.Rollout(mode: DualWriteMode.PythonLeads), Some.Moment(seconds));
        var decided = SessionRules.Decide(row, Some.Change(ChangeKind.Merge), new(1, null, null, request), rollout, legacyRead: true, moment);
        return SessionRules.Fulfil(((Decision.IntendThenSend)decided).Intended, new("h"), rollout, moment);
    }

    private static SessionRow Commit(SessionRow row, Guid request, int attempt, double seconds = 0) => ((Decision.CommitThenSend)Decide(row, request, attempt, seconds: seconds)).Next;

    private static Decision Decide(SessionRow row, Guid request, int attempt, ChangeKind kind = ChangeKind.Merge, double seconds = 0, double? since = null) => SessionRules.Decide(
        row, Some.Change(kind), new(1, null, null, request, attempt, Since: since is { } s ? TimeSpan.FromSeconds(s) : null), Some.Rollout(), legacyRead: true, Some.Moment(seconds));
}
