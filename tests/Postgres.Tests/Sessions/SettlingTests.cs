using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>A commit whose answer was lost is settled by its commit id: never carried out twice, never reported as what it was not.</summary>
[Collection(OnPostgres.Name)]
public sealed class SettlingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Writes = "SELECT count(*) FROM writes WHERE id = 's-1'";

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        await database.Empty();
        await database.Execute("""
            CREATE TABLE IF NOT EXISTS writes (id text, version bigint);
            GRANT INSERT ON writes TO PUBLIC;
            TRUNCATE writes;
            CREATE OR REPLACE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO writes VALUES (NEW.id, NEW.version); RETURN NEW; END $$;
            CREATE OR REPLACE TRIGGER note_write AFTER INSERT OR UPDATE ON session_records FOR EACH ROW EXECUTE FUNCTION note_write();
            """);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Cut_before_the_server_committed_it_is_carried_out_once()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        var row = Some.Row("s-1");
        Task<CommitResult> commit;
        await using (var blockade = await Blockade.Raise(database))
        {
            commit = store.Sessions.Commit(Some.Commit(row), None).AsTask();
            await blockade.Terminate(await blockade.UntilSomebodyWaits());
            Assert.False(commit.IsCompleted);
        }

        Assert.Equal(CommitResult.Committed, await commit);
        Assert.Equal(1, await database.Scalar<long>(Writes));
        Assert.Equal(RowText.Of(row), RowText.Of((await store.Sessions.Load("s-1", None)).Row));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_after_the_server_committed_it_is_found_and_not_repeated(bool keyIsLookedFor)
    {
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var store = await RunningStore.Start(proxy.ConnectionString);
        var first = await Warm(store);
        var lost = proxy.LoseNextAnswer();
        // Tried again it finds the key that it has stored itself.
        var commit = store.Sessions.Commit(Some.Commit(first.Next(), first, key: Some.Key("k", 2)) with { KeyMayBeKnown = keyIsLookedFor }, None).AsTask();
        await lost;
        Assert.Equal(2, await database.Scalar<long>(Writes));
        proxy.Reopen();
        Assert.Equal(CommitResult.Committed, await commit);
        Assert.Equal(2, await database.Scalar<long>(Writes));
        Assert.Equal(2, (await store.Sessions.Load("s-1", None)).Row.Version);
    }

    [Fact]
    public async Task Lost_and_overtaken_by_another_silo_it_is_unknown_and_not_a_conflict()
    {
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var store = await RunningStore.Start(proxy.ConnectionString);
        await using var other = await RunningStore.Start(database.ConnectionString);
        var first = await Warm(store);
        var second = first.Next();
        var lost = proxy.LoseNextAnswer();
        var commit = store.Sessions.Commit(Some.Commit(second, first), None).AsTask();
        await lost;
        Assert.Equal(CommitResult.Committed, await other.Sessions.Commit(Some.Commit(second.Next(), second), None));
        proxy.Reopen();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => commit);
        Assert.Equal(3, await database.Scalar<long>(Writes));
    }

    [Fact]
    public async Task Lost_before_it_was_carried_out_and_overtaken_it_is_a_conflict()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        var first = await Warm(store);
        var winner = first.Next();
        Task<CommitResult> commit;
        await using (var blockade = await Blockade.Raise(database))
        {
            commit = store.Sessions.Commit(Some.Commit(first.Next(), first), None).AsTask();
            await blockade.Terminate(await blockade.UntilSomebodyWaits());
            await database.Execute($"UPDATE session_records SET version = 2, commit_id = '{winner.CommitId}', previous_commit_id = '{first.CommitId}' WHERE id = 's-1'");
        }

        Assert.Equal(CommitResult.Conflict, await commit);
    }

    [Fact]
    public async Task Lost_and_followed_by_a_definite_refusal_it_is_unknown()
    {
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var store = await RunningStore.Start(proxy.ConnectionString, ("SettleWithin", "00:00:01"));
        var first = await Warm(store);
        var lost = proxy.LoseNextAnswer();
        var commit = store.Sessions.Commit(Some.Commit(first.Next(), first), None).AsTask();
        await lost;
        await database.Execute("ALTER TABLE session_records RENAME TO elsewhere");
        proxy.Reopen();
        try
        {
            await Assert.ThrowsAsync<OutcomeUnknownException>(() => commit);
        }
        finally
        {
            await database.Execute("ALTER TABLE elsewhere RENAME TO session_records");
        }

        Assert.Equal(2, (await store.Sessions.Load("s-1", None)).Row.Version);
    }

    [Fact]
    public async Task A_refusal_that_has_nothing_to_do_with_the_row_is_definitely_not_committed()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        await database.Execute("ALTER TABLE session_records RENAME TO elsewhere");
        try
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Sessions.Commit(Some.Commit(Some.Row("s-1")), None).AsTask());
        }
        finally
        {
            await database.Execute("ALTER TABLE elsewhere RENAME TO session_records");
        }

        Assert.Equal(CommitResult.Committed, await store.Sessions.Commit(Some.Commit(Some.Row("s-1")), None));
    }

    [Fact]
    public async Task When_the_answer_never_comes_back_in_time_it_is_unknown()
    {
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var store = await RunningStore.Start(proxy.ConnectionString, ("SettleWithin", "00:00:00.300"));
        var first = await Warm(store);
        var lost = proxy.LoseNextAnswer();
        var commit = store.Sessions.Commit(Some.Commit(first.Next(), first), None).AsTask();
        await lost;
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => commit);
        // Never sent at all: definitely not committed.
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Sessions.Commit(Some.Commit(Some.Row("s-2")), None).AsTask());
        proxy.Reopen();
        Assert.Equal(CommitResult.Committed, await store.Sessions.Commit(Some.Commit(Some.Row("s-2")), None));
    }

    /// <summary>A first commit, so that the connection is open and the statement known to it.</summary>
    private static async Task<SessionRow> Warm(RunningStore store)
    {
        var row = Some.Row("s-1");
        Assert.Equal(CommitResult.Committed, await store.Sessions.Commit(Some.Commit(row), None));
        // With a key and without: what is lost next is then the answer to a change, and not to what prepares it.
        for (var i = 0; i < 4; i++) await store.Sessions.Commit(Some.Commit(Some.Row($"warm-{i}"), key: i % 2 == 0 ? null : Some.Key($"warm-{i}", 1)), None);
        return row;
    }
}
