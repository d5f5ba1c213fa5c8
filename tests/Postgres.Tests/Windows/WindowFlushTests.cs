using GaiaOrleans.Grains.Windows;
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
            await silo.Flush.Flush(None);
            await silo.Flush.Flush(None);
        }

        var now = await _store.Windows.Now(None);
        Assert.Equal((3, 3, 3), ((await Totals()).Total, (await Totals()).Partial, (await _store.Windows.Latencies(now.AddMinutes(-5), now, None)).DualWrite.Sum()));
        Assert.Equal([KeyValuePair.Create("enum", 6L), KeyValuePair.Create("timestamp", 3L)], await other.Figures.Noise(None));
    }

    /// <summary>It may die before its first period is over: the minute must know of it.</summary>
    [Fact]
    public async Task A_silo_is_in_the_windows_before_it_joins_the_cluster_and_once_more_when_it_has_left()
    {
        await _store.Flush.StartAsync(None);
        Assert.Equal((1L, false), (await database.Scalar<long>("SELECT count(*) FROM rollout_windows"), await database.Scalar<bool>("SELECT bool_or(from_start) FROM rollout_windows")));
        _store.Tally.Failed();
        await _store.Flush.StopAsync(None);
        Assert.Equal(1, (await Totals()).Failed);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_stored_once_later()
    {
        _store.Tally.Noise("enum", 1);
        _store.Tally.Failed();
        await database.Execute("ALTER TABLE validation_noise RENAME TO elsewhere");
        await _store.Flush.Flush(None);
        await database.Execute("ALTER TABLE elsewhere RENAME TO validation_noise");
        Assert.Equal(0, (await Totals()).Total);
        _store.Tally.Failed();
        await _store.Flush.Flush(None);
        await _store.Flush.Flush(None);
        Assert.Equal(2, (await Totals()).Total);
        Assert.Equal([KeyValuePair.Create("enum", 1L)], await _store.Figures.Noise(None));
    }

    [Fact]
    public async Task The_highest_lag_of_the_hour_stays_when_nothing_is_behind_any_more()
    {
        Assert.Equal(TimeSpan.Zero, await HighestLag());
        var row = Some.Row("s-1").Pending(since: -600);
        await _store.Sessions.Commit(Some.Commit(row), None);
        await _store.Flush.Flush(None);
        await _store.Sessions.Commit(Some.Commit(row.Next(), row), None);
        await _store.Flush.Flush(None);
        Assert.Equal(0, (await _store.Sessions.Lag(None)).Pending);
        Assert.InRange(await HighestLag(), TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(2000));
        Assert.InRange(await database.Scalar<double>("SELECT max(lag_p95_ms) FROM rollout_windows"), 600_000, 2_000_000);

        await database.Execute("UPDATE rollout_windows SET minute = minute - interval '61 minutes'; UPDATE rollout_minutes SET minute = minute - interval '61 minutes'");
        Assert.Equal(TimeSpan.Zero, await HighestLag());
    }

    [Fact]
    public async Task What_is_in_force_is_reported_as_the_lowest_since_the_report_before()
    {
        await _store.Flush.Flush(None);
        Assert.Equal(0, await database.Scalar<decimal>("SELECT go_percentage FROM rollout_minutes"));
        await database.Execute("TRUNCATE rollout_windows, rollout_minutes");
        foreach (var percentage in (decimal[])[20, 10, 30])
        {
            var step = Some.Step((await _store.Rollout.Read(None)).State, s => s with { GoPercentage = percentage, DualWrite = s.DualWrite with { Enabled = true } });
            await _store.Rollout.Change(step.Next, step.Entry, None);
            await database.Execute(OneSilo.IsActive);
            await _store.Lease.Refresh(None);
        }

        await _store.Flush.Flush(None);
        Assert.Equal(10, await database.Scalar<decimal>("SELECT go_percentage FROM rollout_minutes"));
        await database.Execute("TRUNCATE rollout_windows, rollout_minutes");
        await _store.Flush.Flush(None);
        Assert.Equal(30, await database.Scalar<decimal>("SELECT go_percentage FROM rollout_minutes"));
        Assert.Equal(1, await database.Scalar<int>("SELECT cardinality(alive) FROM rollout_windows WHERE silo = ALL(alive)"));
    }

    private async Task<WindowCounts> Totals() => (await _store.Windows.Sums(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, None)).Counts;

    private async Task<TimeSpan> HighestLag()
    {
        var now = await _store.Windows.Now(None);
        return TimeSpan.FromMilliseconds((await _store.Windows.Sums(now.AddHours(-1), now, None)).LagMaxMs ?? 0);
    }
}
