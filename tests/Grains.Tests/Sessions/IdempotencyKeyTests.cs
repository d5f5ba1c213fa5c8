using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class IdempotencyKeyTests
{
    private const string Body = """{"status":"busy"}""";

    [Fact]
    public void A_key_is_forgotten_after_its_time_even_where_the_activation_lives_on()
    {
        var row = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""", key: "k");
        var again = SessionRules.Decide(row, Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Some.Context("k"), Some.Rollout(), legacyRead: true, Some.Moment(24 * 3600 - 1));
        Assert.IsType<Decision.Replay>(again);
        var later = SessionRules.Decide(row, Some.Change(ChangeKind.Merge, """{"status":"idle"}"""), Some.Context("k"), Some.Rollout(), legacyRead: true, Some.Moment(24 * 3600));
        Assert.Equal(3, Assert.IsType<Decision.CommitThenSend>(later).Next.Version);
    }

    [Fact]
    public void A_known_key_is_answered_as_then()
    {
        var row = Some.Committed(Some.InSync(), ChangeKind.Merge, Body, "k");
        Assert.Equal(new("k", row.Keys[0].RequestHash, 200, 2, Some.Now), Assert.IsType<Decision.Replay>(Decide(row, ChangeKind.Merge, Body, "k")).Stored);
    }

    /// <summary>Its own change has made another version than those it may replace.</summary>
    [Fact]
    public void A_repetition_that_names_several_versions_is_one()
    {
        var context = Some.Context("k", expected: 1) with { OrVersions = [7] };
        var row = ((Decision.CommitThenSend)Decide(Some.InSync(), context)).Next;
        Assert.IsType<Decision.Replay>(Decide(row, context));
        Assert.Throws<IdempotencyKeyReusedException>(() => Decide(row, context with { OrVersions = [8] }));
        Assert.Throws<IdempotencyKeyReusedException>(() => Decide(row, context with { OrVersions = null }));

        static Decision Decide(SessionRow row, WriteContext context) => SessionRules.Decide(row, Some.Change(ChangeKind.Merge, Body), context, Some.Rollout(), legacyRead: true, Some.Moment());
    }

    [Fact]
    public void A_key_is_known_through_later_changes_and_a_delete()
    {
        var row = Some.Committed(SessionRow.Absent(Some.Id), ChangeKind.Create, Body, "k");
        row = Some.Committed(row, ChangeKind.Merge, "{}");
        row = Some.Committed(row, ChangeKind.Delete, "", "gone");
        Assert.Equal((201, 1), Assert.IsType<Decision.Replay>(Decide(row, ChangeKind.Create, Body, "k")) is { Stored: var s } ? (s.Status, s.Version) : default);
        Assert.Equal(204, Assert.IsType<Decision.Replay>(Decide(row, ChangeKind.Delete, "", "gone")).Stored.Status);
    }

    [Fact]
    public void That_a_session_must_exist_is_part_of_the_request_and_asked_only_once()
    {
        var star = Some.Context("k") with { MustExist = true };
        var replaced = Assert.IsType<Decision.CommitThenSend>(Decide(Some.InSync())).Next;
        Assert.Equal(2, Assert.IsType<Decision.Replay>(Decide(Some.Committed(replaced, ChangeKind.Delete, ""))).Stored.Version);
        Assert.Throws<IdempotencyKeyReusedException>(() => IdempotencyKeyTests.Decide(replaced, ChangeKind.Replace, Body, "k"));

        Decision Decide(SessionRow row) => SessionRules.Decide(row, Some.Change(ChangeKind.Replace, Body), star, Some.Rollout(), legacyRead: true, Some.Moment());
    }

    [Theory]
    [InlineData(ChangeKind.Merge, """{"status":"idle"}""", null)]
    [InlineData(ChangeKind.Merge, """{ "status":"busy"}""", null)]
    [InlineData(ChangeKind.Replace, Body, null)]
    [InlineData(ChangeKind.Delete, "", null)]
    [InlineData(ChangeKind.Merge, Body, 2L)]
    public void The_same_key_with_another_request_is_refused(ChangeKind kind, string body, long? expected)
    {
        var row = Some.Committed(Some.InSync(), ChangeKind.Merge, Body, "k");
        Assert.Equal("k", Assert.Throws<IdempotencyKeyReusedException>(() => Decide(row, kind, body, "k", expected)).Key);
    }

    [Fact]
    public void A_replay_needs_no_adoption_and_is_not_refused_for_the_present_state()
    {
        var row = Some.Committed(SessionRow.Absent(Some.Id), ChangeKind.Create, Body, "k") with { LegacyVersion = 1 };
        Assert.IsType<Decision.Replay>(SessionRules.Decide(row, Some.Change(ChangeKind.Create, Body), Some.Context("k"), Some.Rollout(generation: 9), false, Some.Moment()));
    }

    [Fact]
    public void Keys_are_told_apart_by_every_letter() =>
        Assert.IsType<Decision.CommitThenSend>(Decide(Some.Committed(Some.InSync(), ChangeKind.Merge, Body, "k"), ChangeKind.Merge, Body, "K"));

    [Fact]
    public void A_fulfilled_intent_leaves_its_key_and_a_withdrawn_one_does_not()
    {
        var intended = Some.Intended(Some.InSync(), ChangeKind.Merge, Body, "k");
        var fulfilled = SessionRules.Fulfil(intended, new("h"), Some.Rollout(mode: DualWriteMode.PythonLeads), Some.Moment());
        Assert.Equal((200, 2), Assert.IsType<Decision.Replay>(Decide(fulfilled, ChangeKind.Merge, Body, "k")) is { Stored: var s } ? (s.Status, s.Version) : default);
        Assert.Empty(SessionRules.Withdraw(intended, Some.Moment()).Keys);
    }

    [Fact]
    public void The_newest_keys_are_kept_and_the_row_says_that_there_were_more()
    {
        var row = Some.InSync();
        for (var i = 0; i < SessionRules.KeysKept; i++) row = Some.Committed(row, ChangeKind.Merge, "{}", $"k{i}");
        Assert.False(row.KeysTruncated);
        row = Some.Committed(row, ChangeKind.Merge, "{}", "last");
        Assert.True(row.KeysTruncated);
        Assert.Equal(SessionRules.KeysKept, row.Keys.Length);
        Assert.Equal(("k1", "last"), (row.Keys[0].Key, row.Keys[^1].Key));
        Assert.True(Some.Committed(row, ChangeKind.Merge, "{}").KeysTruncated);
    }

    [Fact]
    public void Legacys_answer_does_not_touch_the_keys()
    {
        var row = Some.Committed(Some.InSync(), ChangeKind.Merge, Body, "k");
        Assert.Equal(row.Keys, SessionRules.Acknowledge(row, 2, new LegacyAnswer.Rejected(400, ""), Some.Now, 0).Keys);
    }

    private static Decision Decide(SessionRow row, ChangeKind kind, string body, string key, long? expected = null) =>
        SessionRules.Decide(row, Some.Change(kind, body), Some.Context(key, expected), Some.Rollout(), legacyRead: false, Some.Moment());
}
