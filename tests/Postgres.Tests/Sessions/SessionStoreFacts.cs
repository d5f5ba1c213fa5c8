using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>What every session store must do. Each store runs all of them, on an empty store per fact.</summary>
public abstract partial class SessionStoreFacts
{
    protected abstract ISessionStore Store { get; }

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_was_never_stored_loads_as_absent()
    {
        var loaded = await Store.Load("nobody", None);
        Assert.Equal(RowText.Of(SessionRow.Absent("nobody")), RowText.Of(loaded.Row));
        Assert.Null(loaded.LeaseLeft);
    }

    [Fact]
    public async Task A_new_row_is_committed_and_loaded()
    {
        var row = await Put(Some.Row("s-1"));
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load("s-1", None)).Row));
    }

    [Fact]
    public async Task Of_two_commits_over_the_same_one_the_second_conflicts_and_changes_nothing()
    {
        var first = await Put(Some.Row("s-1"));
        var winner = await Put(first.Next(), first);
        Assert.Equal(CommitResult.Conflict, await Store.Commit(Some.Commit(first.Next() with { LegacyHash = "lost" }, first, key: Some.Key("lost")), None));
        Assert.Equal(RowText.Of(winner), RowText.Of((await Store.Load("s-1", None)).Row));
        Assert.Null(await Store.FindKey("s-1", "lost", None));
    }

    [Fact]
    public async Task A_row_that_exists_is_not_created_again()
    {
        var row = await Put(Some.Row("s-1"));
        Assert.Equal(CommitResult.Conflict, await Store.Commit(Some.Commit(Some.Row("s-1")), None));
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load("s-1", None)).Row));
    }

    [Fact]
    public async Task A_change_of_a_row_that_is_gone_conflicts_and_does_not_create_it()
    {
        var gone = Some.Row("s-1");
        Assert.Equal(CommitResult.Conflict, await Store.Commit(Some.Commit(gone.Next(), gone), None));
        Assert.Equal(0, (await Store.Load("s-1", None)).Row.Version);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    public async Task Under_another_incarnation_or_generation_nothing_is_committed(long incarnation, long generation)
    {
        var commit = Some.Commit(Some.Row("s-1"), key: Some.Key("k"));
        commit = commit with { Incarnation = commit.Incarnation + incarnation, Generation = commit.Generation + generation };
        Assert.Equal(CommitResult.TermsChanged, await Store.Commit(commit, None));
        Assert.Equal(0, (await Store.Load("s-1", None)).Row.Version);
        Assert.Null(await Store.FindKey("s-1", "k", None));
    }

    [Fact]
    public async Task A_delete_leaves_a_tombstone_that_can_live_again()
    {
        var live = await Put(Some.Row("s-1"));
        var tombstone = await Put(live.Next().Deleted(), live);
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal(RowText.Of(tombstone), RowText.Of(loaded));
        Assert.False(loaded.Live);

        var again = await Put(tombstone.Next() with { DeletedAt = null, Document = Some.Document("s-1", """{"tier":"worker"}""") }, tombstone);
        Assert.Equal(RowText.Of(again), RowText.Of((await Store.Load("s-1", None)).Row));
    }

    [Fact]
    public async Task A_send_lease_runs_out_on_the_clock_of_the_store()
    {
        var row = await Put(Some.Row("s-1"), lease: TimeSpan.FromSeconds(30));
        Assert.InRange((await Store.Load("s-1", None)).LeaseLeft!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));

        row = await Put(row.Next(), row, lease: TimeSpan.FromMilliseconds(1));
        await Eventually.Is(true, async () => (await Store.Load("s-1", None)).LeaseLeft < TimeSpan.Zero);

        row = await Put(row.Next(), row, lease: TimeSpan.FromSeconds(30));
        await Put(row.Next(), row);
        Assert.Null((await Store.Load("s-1", None)).LeaseLeft);
    }

    [Fact]
    public async Task Loads_at_the_same_time_each_get_their_own_row()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Put(Some.Row($"s-{i}")).AsTask()));
        var loaded = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Store.Load($"s-{i % 100}", None).AsTask()));
        Assert.All(loaded.Select((l, i) => (l, i)), x => Assert.Equal(($"s-{x.i % 100}", x.i % 100 < 50 ? 1 : 0), (x.l.Row.Id, x.l.Row.Version)));
    }

    protected async ValueTask<SessionRow> Put(SessionRow row, SessionRow? previous = null, TimeSpan? lease = null, KeyedOutcome? key = null)
    {
        Assert.Equal(CommitResult.Committed, await Store.Commit(Some.Commit(row, previous, lease, key), None));
        return row;
    }
}
