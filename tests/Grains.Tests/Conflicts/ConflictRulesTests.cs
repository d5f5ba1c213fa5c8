using System.Text;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Conflicts;

public sealed class ConflictRulesTests
{
    private static readonly SessionRow Pending = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""", seconds: 1);
    private static readonly LegacyRead Theirs = Some.Legacy("""{"id":"s-1","status":"paused","updated_at":"2026-01-31T12:00:05"}""");

    [Fact]
    public void What_legacy_showed_last_is_nobodys_change() =>
        Assert.False(ConflictRules.ChangedByOthers(Pending with { LegacyHash = Theirs.Hash }, Theirs));

    [Fact]
    public void A_document_of_ours_that_came_late_is_an_echo() =>
        Assert.False(ConflictRules.ChangedByOthers(Pending, Some.Legacy(Encoding.UTF8.GetString(Pending.Document!.Utf8))));

    [Fact]
    public void A_delete_of_ours_that_came_late_is_an_echo()
    {
        var again = Some.Committed(Some.Committed(Some.InSync(), ChangeKind.Delete, ""), ChangeKind.Create, """{"status":"idle"}""");
        Assert.False(ConflictRules.ChangedByOthers(again, LegacyRead.Absent));
        Assert.True(ConflictRules.ChangedByOthers(Pending, LegacyRead.Absent));
    }

    [Fact]
    public void Anything_else_is_somebody_elses_change() => Assert.True(ConflictRules.ChangedByOthers(Pending, Theirs));

    // The guide's three false positives; each is a conflict as soon as its rule is taken away.
    [Theory]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00.123456Z\"", "\"2026-01-31T12:00:00.123\"")]
    [InlineData("status", "\"idle\"", "\"SessionStatus.IDLE\"")]
    [InlineData("metadata", """{"b":1,"a":[1,2]}""", """{"a":[1,2],"b":1.0}""")]
    public void Another_spelling_is_no_conflict(string field, string go, string python)
    {
        var row = Some.InSync($$"""{"{{field}}":{{go}}}""");
        var legacy = Some.Legacy($$"""{"id":"s-1","{{field}}":{{python}},"created_at":"2026-01-31T12:00:00Z"}""");
        Assert.Empty(ConflictRules.Differences(row, legacy, DiffRules.Default, Some.Now));
        var strict = DiffRules.Default with { ByField = new Dictionary<string, DiffRule>(DiffRules.Default.ByField) { [field] = DiffRule.Exact } };
        Assert.Equal([field], ConflictRules.Differences(row, legacy, strict, Some.Now).Select(e => e.Field));
    }

    [Theory]
    [InlineData("idle", null, true)]
    [InlineData("paused", null, false)]
    [InlineData("idle", "another", false)]
    public void Other_words_for_what_both_sides_had_are_nobodys_change(string status, string? hash, bool respelled)
    {
        var agreed = Agreement.Of(Some.InSync("""{"status":"idle","last_heartbeat":"2026-01-31T12:00:00.123456Z"}"""))!;
        var row = Some.Committed(Some.InSync("""{"status":"idle","last_heartbeat":"2026-01-31T12:00:00.123456Z"}"""), ChangeKind.Merge, """{"user_id":"u"}""");
        var legacy = Some.Legacy($$"""{"id":"s-1","status":"{{status}}","last_heartbeat":"2026-01-31T12:00:00.123","created_at":"2026-01-31T12:00:00Z"}""");
        Assert.Equal(["user_id"], ConflictRules.Differences(row, legacy, DiffRules.Default, Some.Now).Select(e => e.Field).Except(["status"]));
        Assert.Equal(respelled, ConflictRules.OnlyRespelled(row with { Agreed = hash is null ? agreed : agreed with { LegacyHash = hash } }, legacy, DiffRules.Default));
        Assert.False(ConflictRules.OnlyRespelled(row, legacy, DiffRules.Default));
        Assert.False(ConflictRules.OnlyRespelled(row with { Agreed = agreed }, LegacyRead.Absent, DiffRules.Default));
    }

    [Fact]
    public void Under_go_leads_our_state_is_sent_again_and_theirs_is_kept_in_the_log()
    {
        var row = Confront(ConflictStrategy.GoLeads);
        Assert.True(row is { Pending: true, Version: 2, LeaseOwner: "silo-1", Conflict: null });
        Assert.Equal((Theirs.Hash, "busy"), (row.LegacyHash, row.Document!.Member("status").GetString()));
        var line = Assert.Single(row.Log, e => e.Field == "status");
        Assert.Equal(("\"paused\"", "\"busy\"", "go_leads", "system"), (line.PythonValue, line.GoValue, line.Resolution!.Strategy, line.Resolution.By));
    }

    [Fact]
    public void Under_python_leads_their_state_becomes_ours_as_a_version_of_its_own()
    {
        var row = Confront(ConflictStrategy.PythonLeads);
        Assert.True(row is { Pending: false, InSync: true, Version: 3, LegacyVersion: 3, PendingSince: null, NextAttemptAt: null });
        Assert.Equal("paused", row.Document!.Member("status").GetString());
        Assert.All(row.Log.Where(e => e.Field != ConflictRules.Whole), e => Assert.Equal("python_leads", e.Resolution!.Strategy));
    }

    [Theory]
    [InlineData("2026-01-31T12:00:05", "paused")]
    [InlineData("2026-01-31T11:00:00", "busy")]
    [InlineData(null, "busy")]
    public void Under_latest_the_newer_stamp_wins_and_no_stamp_never_does(string? theirs, string expected)
    {
        var legacy = Some.Legacy(theirs is null ? """{"status":"paused"}""" : $$"""{"status":"paused","updated_at":"{{theirs}}"}""");
        Assert.Equal(expected, Confront(ConflictStrategy.Latest, legacy).Document!.Member("status").GetString());
    }

    [Fact]
    public void Under_manual_both_are_kept_and_nothing_is_on_its_way()
    {
        var row = Confront(ConflictStrategy.Manual);
        Assert.True(row is { Pending: false, Behind: true, Disputed: true, NextAttemptAt: null, LeaseOwner: null, Version: 2 });
        Assert.Contains("status", row.Conflict!.Fields);
        Assert.All(row.Log.Where(e => e.Field != ConflictRules.Whole), e => Assert.Null(e.Resolution));
    }

    [Fact]
    public void From_cutover_on_their_change_is_drift_whatever_the_strategy()
    {
        var row = ConflictRules.Confront(Pending, Theirs, Found(Pending, Theirs), Rollout(ConflictStrategy.Manual) with { Phase = RolloutPhase.Cutover }, Some.Moment(2));
        Assert.True(row is { Pending: true, Conflict: null });
        Assert.All(row.Log.Where(e => e.Field != ConflictRules.Whole), e => Assert.Equal("drift", e.Resolution!.Strategy));
    }

    [Fact]
    public void A_delete_there_meets_a_change_here_as_a_whole()
    {
        var held = ConflictRules.Confront(Pending, LegacyRead.Absent, Found(Pending, LegacyRead.Absent), Rollout(ConflictStrategy.Manual), Some.Moment(2));
        Assert.Equal([ConflictRules.Whole], held.Conflict!.Fields.AsEnumerable());
        Assert.Throws<InvalidInputException>(() => Decide(held, null, [ConflictRules.Whole], value: "\"x\""));
        var kept = Decide(held, ConflictStrategy.GoLeads, null);
        Assert.True(kept is { Pending: true, LegacyHash: null, Live: true });
        var gone = ConflictRules.Decide(held, new(null, ConflictStrategy.PythonLeads, null, Some.Caller("gone")), LegacyRead.Absent, Rollout(), Some.Moment(3));
        Assert.True(gone is { InSync: true, Live: false, Version: 3 });
    }

    [Fact]
    public void A_client_that_deletes_a_disputed_session_leaves_nothing_to_decide()
    {
        var deleted = Some.Committed(Confront(ConflictStrategy.Manual), ChangeKind.Delete, "", seconds: 3);
        Assert.True(deleted is { Conflict: null, Pending: true, Live: false });
        Assert.All(deleted.Log, e => Assert.Equal("deleted", e.Resolution!.Strategy));
    }

    [Fact]
    public void A_change_of_a_disputed_session_is_stored_and_waits_with_it()
    {
        var changed = Some.Committed(Confront(ConflictStrategy.Manual), ChangeKind.Merge, """{"user_id":"u"}""", seconds: 3);
        Assert.True(changed is { Conflict: not null, Pending: false, Behind: true, NextAttemptAt: null, LeaseOwner: null, Version: 3 });
        Assert.Empty(changed.Log);
    }

    [Fact]
    public void Only_who_loaded_a_pending_session_may_have_missed_a_refusal_and_closes_it()
    {
        Assert.Empty(Some.Committed(Pending, ChangeKind.Merge, """{"user_id":"u"}""", seconds: 2).Log);
        var line = Assert.Single(Some.Committed(Pending with { Inherited = true }, ChangeKind.Merge, """{"user_id":"u"}""", seconds: 2).Log);
        Assert.Equal((ConflictRules.Whole, "superseded"), (line.Field, line.Resolution!.Strategy));
    }

    [Fact]
    public void Where_legacy_leads_a_disputed_session_takes_no_change()
    {
        var held = Confront(ConflictStrategy.Manual);
        Assert.Throws<LeadUnavailableException>(() => SessionRules.Decide(
            held, Some.Change(ChangeKind.Merge), Some.Context(), Some.Rollout(mode: DualWriteMode.PythonLeads), legacyRead: true, Some.Moment()));
    }

    private static SessionRow Confront(ConflictStrategy strategy, LegacyRead? legacy = null) =>
        ConflictRules.Confront(Pending, legacy ?? Theirs, Found(Pending, legacy ?? Theirs), Rollout(strategy), Some.Moment(2));

    private static SessionRow Decide(SessionRow row, ConflictStrategy? strategy, string[]? fields, string? value = null) =>
        ConflictRules.Decide(row, new(fields, strategy, value is null ? null : Encoding.UTF8.GetBytes(value), Some.Caller("because")), null, Rollout(), Some.Moment(3));

    private static IReadOnlyList<ConflictEntry> Found(SessionRow row, LegacyRead legacy) => ConflictRules.Differences(row, legacy, DiffRules.Default, Some.Now);

    private static RolloutState Rollout(ConflictStrategy strategy = ConflictStrategy.GoLeads) => Some.Rollout() with { ConflictStrategy = strategy };
}
