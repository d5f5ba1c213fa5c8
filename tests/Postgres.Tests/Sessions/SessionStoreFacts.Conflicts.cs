using System.Security.Cryptography;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>The conflict log: written by the commit that makes it true, and by nothing else.</summary>
public abstract partial class SessionStoreFacts
{
    [Fact]
    public async Task An_open_conflict_is_stored_with_its_row()
    {
        var row = await Put(Some.Row("s-1").Pending() with { Conflict = new(Some.Document("s-1", """{"status":"active"}"""), Some.Now, ["status", "tier"]), Log = [Some.Open("status")] });
        Assert.Equal(RowText.Of(row with { Log = [] }), RowText.Of((await Store.Load("s-1", None)).Row));
        var record = Assert.Single(await Store.Conflicts(10, null, None));
        Assert.Equal(new ConflictRecord(record.Id, "s-1", "status", "\"active\"", "\"idle\"", Some.Now, false, null, null, null, null), record);
        Assert.Equal(record, await Store.FindConflict(record.Id, None));
        Assert.Null(await Store.FindConflict(record.Id + 1, None));
    }

    [Fact]
    public async Task A_decision_closes_the_open_line_and_keeps_both_values()
    {
        var open = await Put(Some.Row("s-1").Pending() with { Log = [Some.Open("status"), Some.Open("tier")] });
        await Put(open.Next() with { Log = [Some.Decided("status", go: "\"busy\"")] }, open);
        var resolved = Assert.Single(await Store.Conflicts(10, true, None));
        Assert.Equal(("status", "\"active\"", "\"busy\"", true, "go_leads", "operator", "because"),
            (resolved.Field, resolved.PythonValue, resolved.GoValue, resolved.Resolved, resolved.Strategy, resolved.ResolvedBy, resolved.Reason));
        Assert.Equal(Some.Now, resolved.ResolvedAt);
        Assert.Equal("tier", Assert.Single(await Store.Conflicts(10, false, None)).Field);
        Assert.Equal((1, 1), await Store.Count(None) is var c ? (c.OpenConflicts, c.ResolvedConflicts) : default);
    }

    [Fact]
    public async Task What_the_strategy_decided_at_once_is_a_line_of_its_own()
    {
        await Put(Some.Row("s-1") with { Log = [Some.Decided("status", python: "\"active\"", go: "\"idle\"")] });
        Assert.True(Assert.Single(await Store.Conflicts(10, null, None)).Resolved);
    }

    [Fact]
    public async Task A_line_that_only_closes_needs_one_to_close()
    {
        await Put(Some.Row("s-1") with { Log = [Some.Decided("status", "deleted")] });
        Assert.Empty(await Store.Conflicts(10, null, None));
    }

    [Fact]
    public async Task A_commit_that_loses_logs_nothing()
    {
        var first = await Put(Some.Row("s-1"));
        await Put(first.Next(), first);
        await Store.Commit(Some.Commit(first.Next() with { Log = [Some.Open("status")] }, first), None);
        Store.Acknowledge(first with { Log = [Some.Open("tier")] });
        await Put(Some.Row("s-2")); // comes after them
        Assert.Empty(await Store.Conflicts(10, null, None));
    }

    [Fact]
    public async Task A_refusal_that_legacy_answered_is_logged_with_its_acknowledgement()
    {
        var sent = await Put(Some.Row("s-1").Pending());
        Store.Acknowledge(sent with { Rejected = new(422, "no", Some.Now), Log = [Some.Open("$", "{\"rejected\": 422}", null)] });
        await Eventually.Is(1, async () => (await Store.Conflicts(10, false, None)).Count);
        Assert.Equal((1, 1), await Store.Count(None) is var c ? (c.Disputed, c.OpenConflicts) : default);
    }

    [Fact]
    public async Task A_name_of_any_length_may_be_in_dispute()
    {
        // Nothing that could be made short enough by compressing it.
        var name = string.Concat(Enumerable.Range(0, 400).Select(i => Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(i)))));
        var open = await Put(Some.Row("s-1").Pending() with { Conflict = new(Some.Document("s-1", """{"status":"active"}"""), Some.Now, [name]), Log = [Some.Open(name)] });
        Assert.Equal(name, Assert.Single(await Store.Conflicts(10, false, None)).Field);
        await Put(open.Next() with { Log = [Some.Decided(name)] }, open);
        Assert.Equal(name, Assert.Single(await Store.Conflicts(10, true, None)).Field);
    }

    [Fact]
    public async Task Conflicts_are_listed_newest_first_and_limited()
    {
        for (var i = 0; i < 5; i++) await Put(Some.Row($"s-{i}").Pending() with { Log = [Some.Open("status")] });
        Assert.Equal(["s-4", "s-3"], (await Store.Conflicts(2, null, None)).Select(c => c.SessionId));
    }
}
