using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Retention;

/// <summary>A deleted session is forgotten only when nobody can need it any more.</summary>
[Collection(OnPostgres.Name)]
public sealed class TombstoneTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _store = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        await database.Empty();
        _store = await RunningStore.Start(database.ConnectionString);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Only_an_acknowledged_delete_without_anything_open_is_forgotten()
    {
        var deleted = Some.Row("").Deleted();
        await Put(deleted with { Id = "acknowledged" });
        await Put(Some.Row("live"));
        await Put((deleted with { Id = "pending" }).Pending());
        await Put((deleted with { Id = "rejected" }).Pending() with { Rejected = new(422, "no", Some.Now) });
        await Put(deleted with { Id = "intent", Intent = new(null, 204, null, null, Some.Now), PendingSince = Some.Now });
        await Put(deleted with { Id = "conflict" });
        await Put(deleted with { Id = "decided" });
        await database.Execute("INSERT INTO session_conflicts (session_id, field, resolved) VALUES ('conflict', 'status', false), ('decided', 'status', true)");
        await Sweep();
        await Age(31);
        await Sweep();
        Assert.Equal(["conflict", "intent", "live", "pending", "rejected"], await Rows());

        // The next change of what is gone starts from nothing.
        Assert.Equal(CommitResult.Conflict, await _store.Sessions.Commit(Some.Commit(deleted.Next() with { Id = "acknowledged" }, deleted), None));
        await Put(Some.Row("acknowledged"));
    }

    [Fact]
    public async Task Its_time_counts_from_the_acknowledgement()
    {
        var row = Some.Row("s-1").Deleted().Pending();
        await Put(row);
        await Age(31); // legacy was away for a month
        await Sweep();
        _store.Sessions.Acknowledge(row with { LegacyVersion = row.Version, PendingSince = null, NextAttemptAt = null });
        await Eventually.Is(1L, async () => (await _store.Sessions.Load("s-1", None)).Row.LegacyVersion);
        await Sweep();
        await Sweep();
        Assert.Equal(["s-1"], await Rows());
        await Age(29);
        await Sweep();
        Assert.Equal(["s-1"], await Rows());
        await Age(31);
        await Sweep();
        Assert.Empty(await Rows());
    }

    [Fact]
    public async Task A_session_that_lived_again_is_counted_from_its_last_delete()
    {
        var first = await Put(Some.Row("s-1").Deleted());
        await Sweep();
        await Age(31);
        var live = await Put(first.Next() with { DeletedAt = null, Document = Some.Document("s-1", "{}") }, first);
        await Sweep();
        await Put(live.Next().Deleted(), live);
        await Sweep();
        Assert.Equal(["s-1"], await Rows());
    }

    private Task<IReadOnlyList<string>> Rows() => database.Lines("SELECT id FROM session_records ORDER BY id");

    /// <summary>As if so many days had passed since.</summary>
    private Task Age(int days) => database.Execute($"UPDATE session_records SET deleted_at = now() - interval '{days} days', tombstone_at = now() - interval '{days} days' WHERE deleted_at IS NOT NULL");

    private async Task Sweep() => Assert.True(await _store.Retention.Sweep(None));

    private async Task<SessionRow> Put(SessionRow row, SessionRow? previous = null)
    {
        Assert.Equal(CommitResult.Committed, await _store.Sessions.Commit(Some.Commit(row, previous), None));
        return row;
    }
}
