using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>First rows, added many at once.</summary>
public abstract partial class SessionStoreFacts
{
    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_first_row_comes_back_as_a_committed_one_does(string json)
    {
        var row = Some.Row("s-1", json) with { MigratedAt = Some.Now, MigratedFrom = "run" };
        Assert.Equal(CommitResult.Committed, await Store.Add([row], 1, 1, None));
        var loaded = (await Store.Load("s-1", None)).Row;
        Assert.Equal(RowText.Of(row), RowText.Of(loaded));
        Assert.Equal(row.Document!.Fingerprint(SessionField.Stamped), loaded.Document!.Fingerprint(SessionField.Stamped));
    }

    [Fact]
    public async Task Every_property_of_a_first_row_comes_back()
    {
        var row = Full() with { Keys = [], KeysTruncated = false };
        Assert.Equal(CommitResult.Committed, await Store.Add([row], 1, 1, None));
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load(row.Id, None)).Row));
    }

    [Fact]
    public async Task A_first_row_can_be_changed_by_who_names_its_commit()
    {
        var first = Some.Row("s-1");
        await Store.Add([first, Some.Row("s-2") with { CommitId = first.CommitId }], 1, 1, None);
        var next = await Put(first.Next(), first);
        Assert.Equal(RowText.Of(next), RowText.Of((await Store.Load("s-1", None)).Row));
        Assert.Equal(1, (await Store.Load("s-2", None)).Row.Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_one_has_a_row_already_no_first_row_is_added(bool deleted)
    {
        var row = await Put(Some.Row("s-2"));
        if (deleted) row = await Put(row.Next().Deleted(), row);
        Assert.Equal(CommitResult.Conflict, await Store.Add([Some.Row("s-1"), Some.Row("s-2"), Some.Row("s-3")], 1, 1, None));
        Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load("s-2", None)).Row));
        Assert.Equal(["s-2"], await Store.Known(["s-1", "s-2", "s-3", "nul \0"], None));
    }

    [Fact]
    public async Task Of_a_first_row_and_a_commit_over_nothing_one_wins()
    {
        for (var i = 0; i < 50; i++)
        {
            var (added, committed) = (Some.Row($"s-{i}"), Some.Row($"s-{i}"));
            var adding = Store.Add([added], 1, 1, None);
            var results = await Task.WhenAll(adding, Store.Commit(Some.Commit(committed), None).AsTask());
            Assert.Equal([CommitResult.Committed, CommitResult.Conflict], results.Order());
            Assert.Equal((results[0] == CommitResult.Committed ? added : committed).CommitId, (await Store.Load($"s-{i}", None)).Row.CommitId);
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Under_another_incarnation_or_generation_no_first_row_is_added(long incarnation, long generation)
    {
        Assert.Equal(CommitResult.TermsChanged, await Store.Add([Some.Row("s-1")], incarnation, generation, None));
        Assert.Empty(await Store.Known(["s-1"], None));
    }
}
