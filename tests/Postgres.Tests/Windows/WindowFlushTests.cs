using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Windows;

[Collection(OnPostgres.Name)]
public sealed class WindowFlushTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
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
    public async Task Counts_and_noise_add_up_over_flushes_and_silos()
    {
        await using var other = await RunningStore.Start(database.ConnectionString);
        foreach (var silo in (RunningStore[])[_store, other, _store])
        {
            silo.Tally.Noise("enum", 2);
            silo.Tally.Noise("timestamp", 1);
            silo.Tally.Partial(TimeSpan.FromMilliseconds(3));
            await silo.Windows.Flush(None);
            await silo.Windows.Flush(None);
        }

        var totals = await _store.Figures.Totals(None);
        Assert.Equal((3, 3, 3), (totals.Total, totals.Partial, totals.DualWriteLatency.Sum()));
        Assert.Equal([KeyValuePair.Create("enum", 6L), KeyValuePair.Create("timestamp", 3L)], await other.Figures.Noise(None));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_stored_once_later()
    {
        _store.Tally.Noise("enum", 1);
        _store.Tally.Failed();
        await database.Execute("ALTER TABLE validation_noise RENAME TO elsewhere");
        await _store.Windows.Flush(None);
        await database.Execute("ALTER TABLE elsewhere RENAME TO validation_noise");
        Assert.Equal(0, (await _store.Figures.Totals(None)).Total);
        _store.Tally.Failed();
        await _store.Windows.Flush(None);
        await _store.Windows.Flush(None);
        Assert.Equal(2, (await _store.Figures.Totals(None)).Total);
        Assert.Equal([KeyValuePair.Create("enum", 1L)], await _store.Figures.Noise(None));
    }

    [Fact]
    public async Task The_highest_lag_of_the_hour_stays_when_nothing_is_behind_any_more()
    {
        Assert.Equal(TimeSpan.Zero, await _store.Figures.HighestLag(None));
        var row = Some.Row("s-1").Pending(since: -600);
        await _store.Sessions.Commit(Some.Commit(row), None);
        await _store.Windows.Flush(None);
        await _store.Sessions.Commit(Some.Commit(row.Next(), row), None);
        await _store.Windows.Flush(None);
        Assert.Equal(0, (await _store.Sessions.Lag(None)).Pending);
        Assert.InRange(await _store.Figures.HighestLag(None), TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(2000));
        Assert.InRange(await database.Scalar<double>("SELECT max(lag_p95_ms) FROM rollout_windows"), 600_000, 2_000_000);

        await database.Execute("UPDATE rollout_windows SET minute = minute - interval '61 minutes'");
        Assert.Equal(TimeSpan.Zero, await _store.Figures.HighestLag(None));
    }
}
