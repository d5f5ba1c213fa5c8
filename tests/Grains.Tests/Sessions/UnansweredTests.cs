using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>What was sent and not answered is legacy's to carry out, hours later as well: by then a busy session has changed many times, and it is still its own.</summary>
public sealed class UnansweredTests
{
    private const string Lost = """{"status":"busy"}""";
    private static readonly LegacyAnswer.Unknown Unknown = new(LegacyTrouble.TimedOut, "");

    [Theory]
    [InlineData(3_600, false)]
    [InlineData(90_000, true)]
    public void Shown_late_it_is_nobodys_change_for_a_day(int seconds, bool byOthers)
    {
        var row = Sent();
        row = Busy(SessionRules.Acknowledge(row, row.Version, Unknown, Some.Now, 0), seconds);
        Assert.Equal(byOthers, ConflictRules.ChangedByOthers(row, Shown(Sent().Document!)));
    }

    [Fact]
    public void What_was_answered_is_forgotten_as_before()
    {
        var row = Sent();
        Assert.True(ConflictRules.ChangedByOthers(Busy(SessionRules.Acknowledge(row, row.Version, new LegacyAnswer.Applied("h"), Some.Now, 0), 3_600), Shown(Sent().Document!)));
    }

    /// <summary>An answer that does not come is found missing while the next change is being stored.</summary>
    [Fact]
    public void That_it_was_not_answered_is_carried_over_to_what_was_stored_meanwhile()
    {
        var row = Sent();
        var next = Some.Committed(row, ChangeKind.Merge, """{"user_id":"next"}""", seconds: 1);
        next = SessionRules.Carry(next, SessionRules.Acknowledge(row, row.Version, Unknown, Some.Now, 0));
        Assert.False(ConflictRules.ChangedByOthers(Busy(next, 3_600), Shown(Sent().Document!)));
    }

    [Fact]
    public void As_many_are_kept_as_a_long_outage_leaves_and_no_more()
    {
        var row = Some.InSync();
        for (var i = 0; i < 50; i++)
        {
            row = Some.Committed(row, ChangeKind.Merge, $$"""{"user_id":"{{i}}"}""", seconds: i * 60);
            row = SessionRules.Acknowledge(row, row.Version, Unknown, Some.Now, 0);
            row = SessionRules.Acknowledge(row, row.Version, new LegacyAnswer.Applied($"h{i}"), Some.Now, 0);
        }

        Assert.InRange(row.RecentSends.Count(s => s.Unanswered), 8, 9);
    }

    /// <summary>It says nothing of the changes between, of which one may have been the request that is repeated.</summary>
    [Fact]
    public void It_is_not_taken_for_a_memory_that_reaches_back_so_far()
    {
        var row = Sent();
        row = Busy(SessionRules.Acknowledge(row, row.Version, Unknown, Some.Now, 0), 100);
        Assert.Contains(row.RecentSends, s => s.Unanswered);
        var repeated = new WriteContext(1, RequestId: Guid.NewGuid(), Attempt: 2, Since: TimeSpan.FromSeconds(60));
        Assert.Throws<OutcomeUnknownException>(() => SessionRules.Decide(row, Some.Change(ChangeKind.Merge), repeated, Some.Rollout(), legacyRead: true, Some.Moment(105)));
    }

    [Fact]
    public void From_before_dual_write_was_off_it_is_no_echo()
    {
        var row = Sent();
        row = SessionRules.Acknowledge(SessionRules.Acknowledge(row, row.Version, Unknown, Some.Now, 0), row.Version, new LegacyAnswer.Applied("h"), Some.Now, 0);
        var shown = Shown(Sent().Document!);
        Assert.True(ConflictRules.ChangedByOthers(SessionRules.Adopt(row, shown, Some.Rollout(generation: 2), "read", Some.Moment(5))! with { LegacyHash = "other" }, shown));
    }

    /// <summary>Legacy counts its own writes in a member of its own: what it shows of our document differs in that alone.</summary>
    [Fact]
    public void What_legacy_stamps_is_no_part_of_it()
    {
        HashSet<string> stamped = [SessionField.UpdatedAt, "served_no"];
        var row = Some.InSync("""{"status":"idle","served_no":4}""");
        var sent = ((Decision.CommitThenSend)SessionRules.Decide(row, Some.Change(ChangeKind.Merge, Lost), Some.Context(), Some.Rollout(), true, Some.Moment() with { Stamped = stamped })).Next;
        var shown = LegacyRead.Of(Some.Id, Some.Json(sent.Document!.Text().Replace("\"served_no\":4", "\"served_no\":5", StringComparison.Ordinal)), stamped);
        Assert.Contains("\"served_no\":5", shown.Document!.Text(), StringComparison.Ordinal);
        Assert.False(ConflictRules.ChangedByOthers(sent, shown));
    }

    private static SessionRow Sent() => Some.Committed(Some.InSync(), ChangeKind.Merge, Lost);

    private static LegacyRead Shown(SessionDocument document) => Some.Legacy(document.Text());

    /// <summary>Fifty changes that legacy acknowledges, the last so many seconds later.</summary>
    private static SessionRow Busy(SessionRow row, int seconds)
    {
        for (var i = 1; i <= 50; i++)
        {
            var context = new WriteContext(1, RequestId: Guid.NewGuid());
            row = ((Decision.CommitThenSend)SessionRules.Decide(row, Some.Change(ChangeKind.Merge, $$"""{"user_id":"{{i}}"}"""), context, Some.Rollout(), true, Some.Moment(seconds * i / 50.0))).Next;
            row = SessionRules.Acknowledge(row, row.Version, new LegacyAnswer.Applied($"h{i}"), Some.Now, 0);
        }

        return row;
    }
}
