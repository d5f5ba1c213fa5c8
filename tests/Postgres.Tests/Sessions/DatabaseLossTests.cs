using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>The server dies under load and comes back: every caller is told, and what he is told is true.</summary>
[Collection(OnPostgres.Name)]
public sealed class DatabaseLossTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const int Writers = 128;

    private enum Told
    {
        Committed,
        NotCommitted,
        Unknown,
    }

    private static CancellationToken None => CancellationToken.None;

    public Task InitializeAsync() => database.Empty();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(0.2)] // back before the outcome must be given up
    [InlineData(2)]
    public async Task Killed_under_load_and_restarted_every_answer_was_true(double away)
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("SettleWithin", "00:00:01"));
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(i => Write(store, i, stop.Token)).ToList();
        await Eventually.Is(true, async () => await database.Scalar<long>("SELECT count(*) FROM session_records") > 1000);

        for (var kill = 0; kill < 3; kill++)
        {
            await database.Server.KillAsync();
            await Task.Delay(TimeSpan.FromSeconds(away), TimeProvider.System);
            await database.Server.StartAgainAsync();
            var before = await database.Scalar<long>("SELECT count(*) FROM session_records");
            await Eventually.Is(true, async () => await database.Scalar<long>("SELECT count(*) FROM session_records") > before);
        }

        await stop.CancelAsync();
        var told = (await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30))).SelectMany(t => t).ToDictionary(t => t.Id, t => t.Told);
        var stored = new HashSet<string>();
        for (string? last = null; await store.Sessions.List(last, 10_000, null, null, None) is { Count: > 0 } page; last = page[^1].Id) stored.UnionWith(page.Select(r => r.Id));

        Assert.DoesNotContain(told, t => t.Value == Told.Committed && !stored.Contains(t.Key));
        Assert.DoesNotContain(told, t => t.Value == Told.NotCommitted && stored.Contains(t.Key));
        Assert.DoesNotContain(stored, id => !told.ContainsKey(id));
        if (away > 1) Assert.Contains(Told.NotCommitted, told.Values);
    }

    [Fact]
    public async Task Stopping_while_the_database_is_away_leaves_nobody_waiting()
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("SettleWithin", "00:00:00.500"));
        await store.Sessions.Commit(Some.Commit(Some.Row("first")), None);
        await database.Server.KillAsync();
        try
        {
            var told = Enumerable.Range(0, 2000).Select(i => Tell(store, $"s-{i}")).ToList();
            await store.Stop().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.DoesNotContain(Told.Committed, await Task.WhenAll(told).WaitAsync(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            await database.Server.StartAgainAsync();
        }
    }

    [Fact]
    public async Task Loads_fail_while_the_database_is_away_and_work_when_it_is_back()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        await store.Sessions.Commit(Some.Commit(Some.Row("s-1")), None);
        await store.Sessions.Load("s-1", None);
        await database.Server.KillAsync();
        try
        {
            for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Sessions.Load("s-1", None).AsTask());
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Sessions.Lag(None));
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Rollout.Read(None));
        }
        finally
        {
            await database.Server.StartAgainAsync();
        }

        Assert.Equal(1, (await store.Sessions.Load("s-1", None)).Row.Version);
        Assert.Equal(0, (await store.Sessions.Lag(None)).Pending);
        Assert.Equal(1, (await store.Rollout.Read(None)).State.Epoch);
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_in_time_and_the_answer_is_true()
    {
        await using var store = await RunningStore.Start(database.ConnectionString, ("SettleWithin", "00:00:01"));
        await store.Sessions.Commit(Some.Commit(Some.Row("first")), None);
        await database.Server.SuspendAsync();
        Told told;
        try
        {
            told = await Tell(store, "s-1").WaitAsync(TimeSpan.FromSeconds(40));
        }
        finally
        {
            database.Server.Resume();
        }

        Assert.NotEqual(Told.Committed, told);
        await Eventually.Is(CommitResult.Committed, async () => await store.Sessions.Commit(Some.Commit(Some.Row($"after-{Guid.NewGuid()}")), None));
        if (told == Told.NotCommitted) Assert.Equal(0, (await store.Sessions.Load("s-1", None)).Row.Version);
    }

    private static async Task<List<(string Id, Told Told)>> Write(RunningStore store, int writer, CancellationToken stop)
    {
        var told = new List<(string, Told)>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"w-{writer}-{i}";
            told.Add((id, await Tell(store, id)));
            if (told[^1].Item2 != Told.Committed) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, None);
        }

        return told;
    }

    private static async Task<Told> Tell(RunningStore store, string id)
    {
        try
        {
            Assert.Equal(CommitResult.Committed, await store.Sessions.Commit(Some.Commit(Some.Row(id)), None));
            return Told.Committed;
        }
        catch (StorageUnavailableException)
        {
            return Told.NotCommitted;
        }
        catch (OutcomeUnknownException)
        {
            return Told.Unknown;
        }
    }
}
