using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Sessions;

[Collection(OnPostgres.Name)]
public sealed class GroupCommitLoadTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static CancellationToken None => CancellationToken.None;

    public Task InitializeAsync() => database.Empty();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_thousand_concurrent_commits_are_each_in_the_table_when_they_are_answered()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            var row = Some.Row($"s-{i}", $$"""{"session_name":"number {{i}}","unknown":{{i}}}""");
            Assert.Equal(CommitResult.Committed, await store.Sessions.Commit(Some.Commit(row), None));
            Assert.Equal(RowText.Of(row), RowText.Of((await store.Sessions.Load(row.Id, None)).Row));
        }));
        Assert.Equal(1000, await database.Scalar<long>("SELECT count(*) FROM session_records"));
    }

    /// <summary>What does not get through in the statement's time is sent again as it is: rows alone are no measure.</summary>
    [Fact]
    public async Task Large_documents_that_wait_together_are_not_one_transaction()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        var large = $$"""{"unknown":"{{new string('x', 1024 * 1024)}}"}""";
        var tasks = new List<Task<CommitResult>>();
        await using (var blockade = await Blockade.Raise(database))
        {
            tasks.Add(store.Sessions.Commit(Some.Commit(Some.Row("first")), None).AsTask());
            await blockade.UntilSomebodyWaits();
            for (var i = 0; i < 40; i++) tasks.Add(store.Sessions.Commit(Some.Commit(Some.Row($"s-{i}", large)), None).AsTask());
        }

        Assert.All(await Task.WhenAll(tasks), r => Assert.Equal(CommitResult.Committed, r));
        Assert.InRange(await database.Scalar<long>("SELECT count(DISTINCT xmin::text) FROM session_records WHERE id <> 'first'"), 3, 5);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(3)]
    [InlineData(1)]
    public async Task Commits_of_one_session_that_wait_together_are_carried_out_in_their_order(int batch)
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("CommitBatch", $"{batch}"));
        var tasks = new List<Task<CommitResult>>();
        var latest = new SessionRow?[7];
        await using (var blockade = await Blockade.Raise(database))
        {
            tasks.Add(store.Sessions.Commit(Some.Commit(Some.Row("first")), None).AsTask());
            await blockade.UntilSomebodyWaits();
            var random = new Random(7);
            for (var i = 0; i < 400; i++)
            {
                var s = random.Next(latest.Length);
                var next = latest[s]?.Next() ?? Some.Row($"s-{s}");
                tasks.Add(store.Sessions.Commit(Some.Commit(next, latest[s]), None).AsTask());
                latest[s] = next;
            }
        }

        Assert.All(await Task.WhenAll(tasks), r => Assert.Equal(CommitResult.Committed, r));
        foreach (var row in latest) Assert.Equal(RowText.Of(row), RowText.Of((await store.Sessions.Load(row!.Id, None)).Row));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_keeps_what_it_took()
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("CommitQueue", "10"), ("CommitBatch", "1"));
        var accepted = new List<Task<CommitResult>>();
        await using (var blockade = await Blockade.Raise(database))
        {
            accepted.Add(store.Sessions.Commit(Some.Commit(Some.Row("first")), None).AsTask());
            await blockade.UntilSomebodyWaits();
            for (var i = 0; i < 10; i++) accepted.Add(store.Sessions.Commit(Some.Commit(Some.Row($"s-{i}")), None).AsTask());
            for (var i = 0; i < 5; i++) await Assert.ThrowsAsync<OverloadedException>(() => store.Sessions.Commit(Some.Commit(Some.Row($"too-many-{i}")), None).AsTask());
            Assert.DoesNotContain(accepted, t => t.IsCompleted);
        }

        Assert.All(await Task.WhenAll(accepted), r => Assert.Equal(CommitResult.Committed, r));
        Assert.Equal(11, await database.Scalar<long>("SELECT count(*) FROM session_records"));
    }

    [Fact]
    public async Task Stopping_commits_what_was_accepted_and_accepts_nothing_more()
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("CommitBatch", "20"));
        var accepted = Enumerable.Range(0, 1000).Select(i => store.Sessions.Commit(Some.Commit(Some.Row($"s-{i % 100}-{i / 100}")), None).AsTask()).ToList();
        store.Sessions.Acknowledge(Some.Row("nobody"));
        await store.Stop();
        Assert.All(accepted, t => Assert.True(t.IsCompletedSuccessfully && t.Result == CommitResult.Committed));
        Assert.Equal(1000, await database.Scalar<long>("SELECT count(*) FROM session_records"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Sessions.Commit(Some.Commit(Some.Row("late")), None).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Sessions.Load("late", None).AsTask());
    }

    [Fact]
    public async Task A_commit_and_the_acknowledgement_of_the_one_before_it_may_meet_in_one_batch()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        var row = Some.Row("s-1").Pending();
        await store.Sessions.Commit(Some.Commit(row), None);
        for (var i = 0; i < 200; i++)
        {
            store.Sessions.Acknowledge(row with { LegacyVersion = row.Version, PendingSince = null, NextAttemptAt = null });
            var next = row.Next().Pending();
            Assert.Equal(CommitResult.Committed, await store.Sessions.Commit(Some.Commit(next, row), None));
            row = next;
        }

        Assert.Equal(RowText.Of(row), RowText.Of((await store.Sessions.Load("s-1", None)).Row));
    }

    /// <summary>It was decided before legacy had answered: after the answer it would look like the change of an activation that is behind.</summary>
    [Fact]
    public async Task A_change_that_waits_is_not_overtaken_by_the_acknowledgement_of_the_one_before_it()
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("CommitBatch", "1"));
        var row = Some.Row("s-1").Pending();
        await store.Sessions.Commit(Some.Commit(row), None);
        var next = row.Next().Pending() with { LegacyVersion = row.LegacyVersion };
        var waiting = new List<Task<CommitResult>>();
        await using (var blockade = await Blockade.Raise(database))
        {
            waiting.Add(store.Sessions.Commit(Some.Commit(Some.Row("under-way")), None).AsTask());
            await blockade.UntilSomebodyWaits();
            waiting.Add(store.Sessions.Commit(Some.Commit(Some.Row("before-it")), None).AsTask());
            waiting.Add(store.Sessions.Commit(Some.Commit(next, row), None).AsTask());
            store.Sessions.Acknowledge(row with { LegacyVersion = row.Version, PendingSince = null, NextAttemptAt = null });
        }

        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(CommitResult.Committed, r));
        Assert.Equal(RowText.Of(next), RowText.Of((await store.Sessions.Load("s-1", None)).Row));
    }
}
