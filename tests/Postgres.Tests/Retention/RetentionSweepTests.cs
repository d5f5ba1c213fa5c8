using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres.Retention;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Retention;

[Collection(OnPostgres.Name)]
public sealed class RetentionSweepTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
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
    public async Task Resolved_errors_end_and_open_ones_stay()
    {
        foreach (var (days, resolved) in new[] { (29, true), (31, true), (31, false) })
        {
            await database.Execute($"INSERT INTO migration_errors (at, session_id, side, operation, code, message, attempt, version, resolved) VALUES (now() - interval '{days} days', '{days} {resolved}', '', '', '', '', 1, 1, {resolved})");
            await database.Execute($"INSERT INTO validation_errors (at, session_id, field, rule, source, resolved) VALUES (now() - interval '{days} days', '{days} {resolved}', '', 'exact', 'verify', {resolved})");
        }

        await Sweep();
        string[] kept = ["29 True", "31 False"];
        Assert.Equal(kept, await database.Lines("SELECT session_id FROM migration_errors ORDER BY 1"));
        Assert.Equal(kept, await database.Lines("SELECT session_id FROM validation_errors ORDER BY 1"));
    }

    [Fact]
    public async Task More_than_a_batch_is_removed_at_once()
    {
        await database.Execute($"INSERT INTO migration_errors (at, session_id, side, operation, code, message, attempt, version, resolved) SELECT now() - interval '31 days', i::text, '', '', '', '', 1, 1, true FROM generate_series(1, {RetentionSweep.Batch * 2 + 5}) i");
        await Sweep();
        Assert.Equal(0, await database.Scalar<long>("SELECT count(*) FROM migration_errors"));
    }

    [Fact]
    public async Task The_totals_stay_what_they_were_when_old_minutes_end()
    {
        var count = RetentionSweep.Batch + 5;
        await Minutes($"date_trunc('minute', now()) - interval '91 days' - i * interval '1 minute', {Counts("i")}", $"generate_series(1, {count}) i");
        await Minutes($"now() - n * interval '1 day', {Counts("7")}", "generate_series(0, 89, 89) n");
        var before = await Totals();
        Assert.True(before.Python.FailedCalls > before.Total && before.Total > count);
        await Sweep();
        Assert.Equal(3, await database.Scalar<long>("SELECT count(*) FROM rollout_minutes"));
        Assert.Equal(before, await Totals());

        // What is kept is added to, and not counted twice.
        await Minutes($"now() - interval '92 days', {Counts("0")}", "generate_series(1, 1)");
        await Sweep();
        await Sweep();
        Assert.Equal(3, await database.Scalar<long>("SELECT count(*) FROM rollout_minutes"));
        Assert.Equal(before, await Totals());

        // Thirteen different figures, so that none can stand for another.
        static string Counts(string n) => string.Join(", ", Enumerable.Range(1, 13).Select(c => $"{n} * {c}"));
        async Task<WindowCounts> Totals() => (await _store.Windows.Sums(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, None)).Counts;
        Task Minutes(string values, string from) => database.Execute($"""
            INSERT INTO rollout_minutes (minute, total, successful, partial, failed, adopted, go_charged, go_charged_errors, go_requests, go_errors, python_charged, python_charged_errors,
                python_requests, python_errors) SELECT {values} FROM {from}
            """);
    }

    [Fact]
    public async Task Old_windows_of_silos_and_hours_end_and_younger_ones_stay()
    {
        await database.Execute("""
            INSERT INTO rollout_hours SELECT now() - days * interval '1 day', '{}', '{}', '{}' FROM unnest('{89,91}'::integer[]) AS days;
            INSERT INTO rollout_windows (silo, minute, total, successful, partial, failed, adopted, go_requests, go_errors, python_requests, python_errors, go_latency, python_latency, dual_write_latency)
            SELECT 'silo/1', now() - days * interval '1 day', 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', '{}', '{}' FROM unnest('{89,91}'::integer[]) AS days
            """);
        await Sweep();
        Assert.Equal((1, 1), (await database.Scalar<long>("SELECT count(*) FROM rollout_hours WHERE hour > now() - interval '90 days'"), await database.Scalar<long>("SELECT count(*) FROM rollout_hours")));
        Assert.Equal((1, 1), (await database.Scalar<long>("SELECT count(*) FROM rollout_windows WHERE minute > now() - interval '90 days'"), await database.Scalar<long>("SELECT count(*) FROM rollout_windows")));
    }

    [Fact]
    public async Task Of_all_silos_one_sweeps()
    {
        await using (var other = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var connection = await other.OpenConnectionAsync())
        {
            await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({RetentionSql.Lock})", connection);
            await take.ExecuteNonQueryAsync();
            Assert.False(await _store.Retention.Sweep(None));
            await using var giveBack = new NpgsqlCommand($"SELECT pg_advisory_unlock({RetentionSql.Lock})", connection);
            await giveBack.ExecuteNonQueryAsync();
        }

        // One right after the other, so often that a lock which outlives its sweep is found.
        for (var i = 0; i < 50; i++) Assert.True(await _store.Retention.Sweep(None));
    }

    /// <summary>A backup reads every table for as long as it takes.</summary>
    [Fact]
    public async Task Who_reads_the_keys_for_long_puts_off_their_days_and_nothing_else()
    {
        await database.Execute("INSERT INTO migration_errors (at, session_id, side, operation, code, message, attempt, version, resolved) VALUES (now() - interval '31 days', '', '', '', '', '', 1, 1, true)");
        await database.Execute("SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date - 9)");
        await using (var backup = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var connection = await backup.OpenConnectionAsync())
        {
            await using var read = new NpgsqlCommand("BEGIN; SELECT count(*) FROM session_keys", connection);
            await read.ExecuteNonQueryAsync();
            var started = TimeProvider.System.GetTimestamp();
            await Sweep();
            Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        }

        Assert.Equal(0, await database.Scalar<long>("SELECT count(*) FROM migration_errors"));
        Assert.Equal(1, await Days());
        await Sweep();
        Assert.Equal(0, await Days());

        Task<long> Days() => database.Scalar<long>("SELECT count(*) FROM pg_class WHERE relname = 'session_keys_' || to_char((now() AT TIME ZONE 'UTC')::date - 9, 'YYYYMMDD')");
    }

    private async Task Sweep() => Assert.True(await _store.Retention.Sweep(None));
}
