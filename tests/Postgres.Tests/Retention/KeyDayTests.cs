using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres;

namespace GaiaOrleans.Postgres.Tests.Retention;

/// <summary>Idempotency keys by UTC day.</summary>
[Collection(OnPostgres.Name)]
public sealed class KeyDayTests(PostgresFixture postgres, TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Tables = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'session_keys'::regclass ORDER BY 1";
    private RunningStore _store = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        await database.Empty();
        _store = await RunningStore.Start(database.ConnectionString, ("Retention:Keys", "2.00:00:00"));
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_day_is_dropped_when_nothing_of_it_is_known_any_more_and_the_next_two_are_made()
    {
        foreach (var day in Enumerable.Range(1, 9)) await database.Execute($"SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date - {day})");
        await database.Execute($"DROP TABLE session_keys_{Day(1)}");
        await Put(Some.Key("k-1", age: 1));
        await Put(Some.Key("k-old", age: 9 * 86_400));
        await Sweep();
        // Kept for two days: the day before yesterday may have a key of less than that age.
        Assert.Equal([.. Enumerable.Range(-2, 5).Select(d => $"session_keys_{Day(d)}"), "session_keys_default"], await database.Lines(Tables));
        Assert.Equal(["k-1"], await database.Lines("SELECT key FROM session_keys"));
        await Sweep();
        Assert.Equal(6, (await database.Lines(Tables)).Count);
    }

    [Fact]
    public async Task What_no_day_took_is_moved_to_its_day_or_ends_by_itself()
    {
        var (key, stray) = (Some.Key("k-1"), Some.Key("stray", age: 3 * 86_400));
        await database.Execute(string.Join(';', (await database.Lines(Tables)).Where(t => t != "session_keys_default").Select(t => $"DROP TABLE {t}")));
        await Put(key);
        await Put(stray);
        Assert.Equal(2, await database.Scalar<long>("SELECT count(*) FROM session_keys_default"));
        Assert.Equal(key, await _store.Sessions.FindKey("s-k-1", "k-1", None));
        await Sweep();
        Assert.Equal(0, await database.Scalar<long>("SELECT count(*) FROM session_keys_default"));
        Assert.Equal(["k-1"], await database.Lines("SELECT key FROM session_keys"));
        Assert.Equal(key, await _store.Sessions.FindKey("s-k-1", "k-1", None));
    }

    [Fact]
    public async Task How_long_a_key_is_known_is_a_setting()
    {
        var (known, forgotten) = (Some.Key("known", age: 47 * 3600), Some.Key("forgotten", age: 49 * 3600));
        await Put(known);
        await Put(forgotten);
        Assert.Equal(known, await _store.Sessions.FindKey("s-known", "known", None));
        Assert.Null(await _store.Sessions.FindKey("s-forgotten", "forgotten", None));
        Assert.Equal(known, Assert.Single((await _store.Sessions.Load("s-known", None)).Row.Keys));
        Assert.Empty((await _store.Sessions.Load("s-forgotten", None)).Row.Keys);
    }

    [Fact]
    public async Task Keys_can_be_written_while_days_come_and_go()
    {
        var rows = Enumerable.Range(0, 300).Select(async i => await Put(Some.Key($"k-{i}")));
        var days = ComeAndGo();
        await Task.WhenAll([.. rows, days]);
        Assert.Equal(300, await database.Scalar<long>("SELECT count(*) FROM session_keys"));

        async Task ComeAndGo()
        {
            for (var i = 0; i < 5; i++)
            {
                await database.Execute("SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date - 20)");
                await Sweep();
            }
        }
    }

    [Fact]
    public async Task The_keys_of_a_database_from_before_are_taken_over()
    {
        var before = await postgres.Server.CreateDatabaseAsync($"t_{Guid.NewGuid():N}");
        await Schema.Upgrade(before, None);
        await using var source = Npgsql.NpgsqlDataSource.Create(before);
        // As 0004 left it.
        await Run("""
            DROP TABLE session_keys; DROP FUNCTION session_keys_add; DROP TABLE validation_noise; DROP INDEX validation_errors_open, validation_errors_at, migration_errors_resolved, session_records_tombstones;
            ALTER TABLE validation_errors DROP COLUMN version, DROP COLUMN pass, DROP COLUMN resolved;
            ALTER TABLE rollout_windows DROP COLUMN lag_p95_ms, DROP COLUMN lag_max_ms;
            ALTER TABLE session_records DROP COLUMN tombstone_at, DROP COLUMN tombstone_version;
            CREATE TABLE session_keys (session_id text COLLATE "C" NOT NULL, key text NOT NULL, request_hash text NOT NULL, status integer NOT NULL, version bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (session_id, key));
            CREATE INDEX session_keys_at ON session_keys USING brin (at);
            INSERT INTO session_keys VALUES ('s-1', 'k-1', 'hash', 201, 1, now()), ('s-1', 'k-0', 'hash', 201, 1, now() - interval '400 days');
            DELETE FROM schemaversions WHERE scriptname LIKE '%0006_%'
            """);
        await Schema.Upgrade(before, None);
        await using var store = await RunningStore.Start(before);
        Assert.Equal(201, (await store.Sessions.FindKey("s-1", "k-1", None))!.Status);
        await store.Retention.Sweep(None);
        await using var left = source.CreateCommand("SELECT count(*) FROM session_keys");
        Assert.Equal(1L, await left.ExecuteScalarAsync());

        async Task Run(string sql)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static string Day(int days) => TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    private async Task Put(KeyedOutcome key) =>
        Assert.Equal(CommitResult.Committed, await _store.Sessions.Commit(Some.Commit(Some.Row($"s-{key.Key}"), key: key), None));

    private async Task Sweep() => Assert.True(await _store.Retention.Sweep(None));
}
