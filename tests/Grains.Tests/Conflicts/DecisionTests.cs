using System.Text;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Conflicts;

/// <summary>What an operator decides, field by field.</summary>
public sealed class DecisionTests
{
    private static readonly LegacyRead Theirs = Some.Legacy("""{"id":"s-1","status":"paused","tier":"worker","metadata":{"a":2},"created_at":"2026-01-31T12:00:00Z"}""");
    private static readonly SessionRow Held = Hold();

    [Fact]
    public void The_session_is_sent_when_no_field_is_left_and_not_before()
    {
        var first = Decide(Held, ConflictStrategy.PythonLeads, "status");
        Assert.True(first is { Pending: false, Behind: true, Version: 3 });
        Assert.Equal(["metadata", "tier"], first.Conflict!.Fields.Order());
        Assert.Equal("paused", first.Document!.Member("status").GetString());
        var last = Decide(first, ConflictStrategy.GoLeads, "tier", "metadata");
        Assert.True(last is { Pending: true, Conflict: null, LeaseOwner: "silo-1" });
        Assert.Equal(("paused", "manager", 1), (last.Document!.Member("status").GetString(), last.Document!.Member("tier").GetString(), last.Document!.Member("metadata").GetProperty("a").GetInt32()));
    }

    [Fact]
    public void Every_decision_is_logged_with_who_why_and_both_values()
    {
        var line = Assert.Single(Decide(Held, ConflictStrategy.PythonLeads, "status").Log);
        Assert.Equal(("status", "\"paused\"", "\"busy\""), (line.Field, line.PythonValue, line.GoValue));
        Assert.Equal(new Resolution("python_leads", "tester", Some.Moment(3).Now, "because"), line.Resolution);
    }

    [Fact]
    public void A_value_of_its_own_replaces_both_and_does_not_merge()
    {
        var row = Decide(Held, """{"b":3}""", "metadata");
        Assert.Equal("""{"b":3}""", row.Document!.Member("metadata").GetRawText());
        Assert.Equal("manual", Assert.Single(row.Log).Resolution!.Strategy);
    }

    [Fact]
    public void A_value_that_does_not_fit_is_refused_by_name()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Decide(Held, "\"nonsense\"", "status"));
        Assert.Contains("value", refusal.Errors.Keys);
    }

    [Fact]
    public void Without_a_field_all_open_ones_are_decided()
    {
        var row = ConflictRules.Decide(Held, new(null, ConflictStrategy.PythonLeads, null, Some.Caller("all")), null, Some.Rollout(), Some.Moment(3));
        Assert.Equal(3, row.Log.Length);
        Assert.Equal(("paused", "worker", 2), (row.Document!.Member("status").GetString(), row.Document!.Member("tier").GetString(), row.Document!.Member("metadata").GetProperty("a").GetInt32()));
    }

    [Fact]
    public void What_is_decided_already_is_not_decided_again()
    {
        var first = Decide(Held, ConflictStrategy.GoLeads, "status");
        Assert.Throws<AlreadyResolvedException>(() => Decide(first, ConflictStrategy.PythonLeads, "status"));
        Assert.Throws<AlreadyResolvedException>(() => Decide(Some.InSync(), ConflictStrategy.GoLeads));
    }

    [Fact]
    public void The_decided_document_is_remembered_as_one_that_may_be_sent()
    {
        var row = Decide(Held, ConflictStrategy.PythonLeads, "status");
        Assert.Contains(row.RecentSends, s => s.Hash == row.Document!.Fingerprint(SessionField.Stamped));
    }

    [Fact]
    public void Legacys_refusal_is_decided_by_trying_again_or_by_taking_its_state()
    {
        var refused = SessionRules.Acknowledge(Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}"""), 2, new LegacyAnswer.Rejected(422, "no"), Some.Now, 0);
        Assert.Equal("""{"rejected":422,"answer":"no"}""", Assert.Single(refused.Log).PythonValue);
        var again = ConflictRules.Decide(refused, new(["$"], ConflictStrategy.GoLeads, null, Some.Caller("fixed")), null, Some.Rollout(), Some.Moment(3));
        Assert.True(again is { Pending: true, Rejected: null, Version: 2, LeaseOwner: "silo-1" });
        var taken = ConflictRules.Decide(refused, new(["$"], ConflictStrategy.PythonLeads, null, Some.Caller("theirs")), Theirs, Some.Rollout(), Some.Moment(3));
        Assert.True(taken is { InSync: true, Rejected: null, Version: 3 });
        Assert.Equal("paused", taken.Document!.Member("status").GetString());
    }

    [Fact]
    public void Forcing_a_side_closes_what_is_open_too()
    {
        var found = ConflictRules.Differences(Held, Theirs, DiffRules.Default, Some.Now);
        var go = ConflictRules.Force(Held, Theirs, Side.Go, found, Some.Caller("why"), Some.Rollout(), Some.Moment(3));
        Assert.True(go is { Pending: true, Conflict: null });
        Assert.Equal(["metadata", "status", "tier"], go.Log.Select(e => e.Field).Order());
        var python = ConflictRules.Force(Held, LegacyRead.Absent, Side.Python, ConflictRules.Differences(Held, LegacyRead.Absent, DiffRules.Default, Some.Now), Some.Caller("why"), Some.Rollout(), Some.Moment(3));
        Assert.True(python is { InSync: true, Live: false, Conflict: null });
        Assert.Equal(["$", "metadata", "status", "tier"], python.Log.Select(e => e.Field).Order());
    }

    [Fact]
    public void Forcing_our_side_upon_legacy_makes_a_version_that_it_lacks()
    {
        var row = ConflictRules.Force(Some.InSync(), Theirs, Side.Go, [], Some.Caller("why"), Some.Rollout(), Some.Moment(3));
        Assert.True(row is { Version: 2, LegacyVersion: 1, Pending: true });
    }

    private static SessionRow Hold()
    {
        var row = Some.Committed(Some.InSync("""{"status":"idle","tier":"manager","metadata":{"a":1}}"""), ChangeKind.Merge, """{"status":"busy"}""", seconds: 1);
        return ConflictRules.Confront(row, Theirs, ConflictRules.Differences(row, Theirs, DiffRules.Default, Some.Now), Some.Rollout() with { ConflictStrategy = ConflictStrategy.Manual }, Some.Moment(2)) with { Log = [] };
    }

    private static SessionRow Decide(SessionRow row, ConflictStrategy strategy, params string[] fields) =>
        ConflictRules.Decide(row, new(fields.Length == 0 ? null : fields, strategy, null, Some.Caller("because")), null, Some.Rollout(), Some.Moment(3));

    private static SessionRow Decide(SessionRow row, string value, string field) =>
        ConflictRules.Decide(row, new([field], null, Encoding.UTF8.GetBytes(value), Some.Caller("because")), null, Some.Rollout(), Some.Moment(3));
}
