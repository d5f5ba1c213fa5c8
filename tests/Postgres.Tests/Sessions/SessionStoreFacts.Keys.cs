using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public abstract partial class SessionStoreFacts
{
    [Fact]
    public async Task A_key_is_stored_with_its_commit_and_loaded_with_its_row()
    {
        var key = Some.Key("k-1");
        await Put(Some.Row("s-1") with { Keys = [key] }, key: key);
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal(key, Assert.Single(loaded.Keys));
        Assert.False(loaded.KeysTruncated);
    }

    [Fact]
    public async Task A_key_is_found_only_in_its_own_session()
    {
        var key = Some.Key("k-1");
        await Put(Some.Row("s-1"), key: key);
        Assert.Equal(key, await Store.FindKey("s-1", "k-1", None));
        Assert.Null(await Store.FindKey("s-1", "K-1", None));
        Assert.Null(await Store.FindKey("s-2", "k-1", None));
    }

    [Fact]
    public async Task Exactly_a_hundred_keys_are_all_of_them()
    {
        var row = await PutWithKeys(SessionRules.KeysKept);
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal(row.Keys.AsEnumerable(), loaded.Keys);
        Assert.False(loaded.KeysTruncated);
    }

    [Fact]
    public async Task Of_more_than_a_hundred_keys_the_newest_are_loaded_and_the_others_found()
    {
        var row = await PutWithKeys(SessionRules.KeysKept + 2);
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal(row.Keys.AsEnumerable(), loaded.Keys);
        Assert.True(loaded.KeysTruncated);
        Assert.DoesNotContain(loaded.Keys, k => k.Key == "k-1");
        Assert.Equal(2, (await Store.FindKey("s-1", "k-1", None))!.Version);
    }

    [Fact]
    public async Task A_change_whose_key_may_be_known_is_stored_only_if_it_is_not()
    {
        var row = await PutWithKeys(SessionRules.KeysKept + 2);
        Assert.Equal(CommitResult.KeyKnown, await Store.Commit(Asked("k-1"), None));
        Assert.Equal(row.Version, (await Store.Load("s-1", None)).Row.Version);
        Assert.Equal(2, (await Store.FindKey("s-1", "k-1", None))!.Version);
        Assert.Equal(CommitResult.Committed, await Store.Commit(Asked("K-1"), None));

        SessionCommit Asked(string key) => Some.Commit(row.Next(), row, key: Some.Key(key, row.Version + 1)) with { KeyMayBeKnown = true };
    }

    [Fact]
    public async Task Of_changes_that_are_stored_together_only_those_of_known_keys_are_not()
    {
        var rows = new List<SessionRow>();
        for (var i = 0; i < 20; i++) rows.Add(await Put(Some.Row($"s-{i}"), key: Some.Key("k")));
        var results = await Task.WhenAll(rows.Select((r, i) => Store.Commit(Some.Commit(r.Next(), r, key: Some.Key(i % 2 == 0 ? "k" : "new", 2)) with { KeyMayBeKnown = true }, None).AsTask()));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? CommitResult.KeyKnown : CommitResult.Committed), results);
        for (var i = 0; i < 20; i++) Assert.Equal(i % 2 == 0 ? null : 2, (await Store.FindKey($"s-{i}", "new", None))?.Version);
    }

    [Fact]
    public async Task A_key_is_no_longer_known_a_day_later_and_never_in_another_session()
    {
        var row = await Put(Some.Row("s-1"), key: Some.Key("k-1", age: TimeSpan.FromHours(25).TotalSeconds));
        await Put(Some.Row("s-2"), key: Some.Key("k-2"));
        foreach (var key in (string[])["k-1", "k-2"])
        {
            Assert.Equal(CommitResult.Committed, await Store.Commit(Some.Commit(row.Next(), row, key: Some.Key(key, row.Version + 1)) with { KeyMayBeKnown = true }, None));
            row = (await Store.Load("s-1", None)).Row;
        }
    }

    [Fact]
    public async Task A_change_that_came_too_late_conflicts_whatever_its_key()
    {
        var first = await Put(Some.Row("s-1"), key: Some.Key("k-1"));
        await Put(first.Next(), first);
        Assert.Equal(CommitResult.Conflict, await Store.Commit(Some.Commit(first.Next(), first, key: Some.Key("k-1")) with { KeyMayBeKnown = true }, None));
        Assert.Equal(CommitResult.Conflict, await Store.Commit(Some.Commit(first.Next(), first, key: Some.Key("k-2")) with { KeyMayBeKnown = true }, None));
    }

    private async Task<SessionRow> PutWithKeys(int count)
    {
        var row = await Put(Some.Row("s-1"));
        for (var i = 1; i <= count; i++)
        {
            var key = Some.Key($"k-{i}", row.Version + 1, age: count - i);
            row = await Put(row.Next() with { Keys = [.. row.Keys.Append(key).TakeLast(SessionRules.KeysKept)], KeysTruncated = i > SessionRules.KeysKept }, row, key: key);
        }

        return row;
    }
}
