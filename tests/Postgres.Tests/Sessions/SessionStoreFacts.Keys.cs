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
