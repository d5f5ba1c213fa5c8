using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Sessions;

[Collection(OnPostgres.Name)]
public sealed class PostgresSessionStoreTests(TestDatabase database) : SessionStoreFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _running = null!;

    protected override ISessionStore Store => _running.Sessions;

    public async Task InitializeAsync()
    {
        await database.Empty();
        _running = await RunningStore.Start(database.ConnectionString);
    }

    protected override async Task Settle() => Assert.True(await _running.Retention.Sweep(CancellationToken.None));

    public async Task DisposeAsync() => await _running.DisposeAsync();

    /// <summary>Chaos, seed 914: a silo's clock was two hours ahead when it was lost, and what it had committed was to be sent two hours later, with no lag to show for it.</summary>
    [Fact]
    public async Task What_a_silo_whose_clock_is_ahead_has_committed_is_late_and_due_by_the_databases_clock()
    {
        var row = await Put(Some.Row("s-1").Pending(since: 7_200, due: 7_204));
        var since = (await Store.Load("s-1", CancellationToken.None)).Row.PendingSince!.Value;
        Assert.InRange(TimeProvider.System.GetUtcNow() - since, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        await IsDueSoon();
        var next = await Put(row.Next().Pending(since: 7_200, due: 7_204), row);
        await IsDueSoon();
        Store.Acknowledge(next with { Attempts = 1, NextAttemptAt = Some.Now.AddSeconds(7_204) });
        await Eventually.Is(1, async () => (await Store.Load("s-1", CancellationToken.None)).Row.Attempts);
        await IsDueSoon();

        async Task IsDueSoon()
        {
            var stored = (await Store.Load("s-1", CancellationToken.None)).Row;
            Assert.Equal(since, stored.PendingSince);
            Assert.InRange(stored.NextAttemptAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10), SessionRules.LongestBackoff);
        }
    }

    /// <summary>Python's datetime.min, which comes back from the driver without a kind.</summary>
    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/Lima")]
    public async Task The_earliest_time_is_the_same_in_every_zone(string zone)
    {
        var before = Environment.GetEnvironmentVariable("TZ");
        try
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            Assert.NotEqual(TimeSpan.Zero, TimeZoneInfo.Local.BaseUtcOffset);
            var row = await Put(Some.Row("s-1", """{"id":"s-1","last_heartbeat":"0001-01-01T00:00:00Z","created_at":"2026-01-31T12:00:00Z"}"""));
            Assert.Equal(RowText.Of(row), RowText.Of((await Store.Load("s-1", CancellationToken.None)).Row));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Fact]
    public async Task What_a_silo_of_an_older_build_remembered_is_read_until_the_next_change()
    {
        var row = await Put(Some.Row("s-1") with { RecentSends = [new("this build's", 1, Some.Now)] });
        var (sent, request) = ("older ☃", Guid.NewGuid());
        await Run($$"""UPDATE session_records SET recent_sends = '[{"hash":"{{sent}}","version":3,"at":"2026-01-31T12:00:00+00:00","request_id":"{{request}}","status":201}]' WHERE id = 's-1'""");
        var loaded = (await Store.Load("s-1", CancellationToken.None)).Row;
        Assert.Equal(new SentDocument(sent, 3, new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), request, 201), Assert.Single(loaded.RecentSends));

        var next = await Put(row with { Version = row.Version + 1, CommitId = Guid.NewGuid(), RecentSends = [.. loaded.RecentSends, new("", 4, Some.Now)] }, row);
        Assert.Equal<IEnumerable<SentDocument>>(next.RecentSends, (await Store.Load("s-1", CancellationToken.None)).Row.RecentSends);
    }

    /// <summary>Cut off from the others it may believe for a moment that it lives, while its successor serves the row as it is.</summary>
    [Fact]
    public async Task A_silo_that_was_declared_dead_commits_nothing()
    {
        await database.Execute(OneSilo.IsActive);
        var row = await Put(Some.Row("s-1"));
        await database.Execute($"UPDATE orleansmembershiptable SET status = 6 WHERE deploymentid = '{OneSilo.Cluster}'");
        var next = row.Next();
        Assert.Equal(CommitResult.Conflict, await Store.Commit(new(next, row.CommitId, 1, 1, null, null), CancellationToken.None));
        Assert.Equal(row.CommitId, (await Store.Load("s-1", CancellationToken.None)).Row.CommitId);
        await database.Execute("DELETE FROM orleansmembershiptable");
    }

    /// <summary>A commit that has seen its silo alive would be stored after a successor has read the row, which then knows nothing of it.</summary>
    [Fact]
    public async Task A_silo_dies_between_commits_and_waits_for_none_that_takes_long()
    {
        const string Waiting = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted)";
        await database.Execute(OneSilo.IsActive);
        await using var committing = new NpgsqlConnection(database.ConnectionString);
        await committing.OpenAsync();
        await using var commit = await committing.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand(SessionSql.TakeTermsLock, committing)) await take.ExecuteNonQueryAsync();
        // A death that nobody lets through ends by itself, perhaps before this machine has looked.
        var waits = false;
        for (var round = 0; round < 20 && !waits; round++)
        {
            await database.Execute($"UPDATE orleansmembershiptable SET status = 3 WHERE deploymentid = '{OneSilo.Cluster}'");
            var death = database.Execute($"UPDATE orleansmembershiptable SET status = 6 WHERE deploymentid = '{OneSilo.Cluster}'");
            while (!waits && !death.IsCompleted) waits = await database.Scalar<bool>(Waiting);
            await death.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(6, await database.Scalar<int>($"SELECT status FROM orleansmembershiptable WHERE deploymentid = '{OneSilo.Cluster}'"));
        }

        Assert.True(waits);
        await database.Execute("DELETE FROM orleansmembershiptable");
    }

    /// <summary>The locks of a silo that is gone, but not for TCP, must not hold up the others for hours.</summary>
    [Theory]
    [InlineData("tcp_keepalives_idle", "5")]
    [InlineData("tcp_user_timeout", "10000")]
    [InlineData("idle_in_transaction_session_timeout", "10s")]
    public async Task The_server_lets_go_of_a_silo_that_does_not_answer(string setting, string value)
    {
        await using var command = _running.Database.CreateCommand($"SHOW {setting}");
        Assert.Equal(value, await command.ExecuteScalarAsync());
    }

    /// <summary>How far legacy is behind was asked with every page of a run: in a million rows, of which none is, two processes were started for that each time.</summary>
    [Fact]
    public async Task No_statement_of_a_silo_starts_processes_of_its_own()
    {
        foreach (var pool in (NpgsqlDataSource[])[_running.Database, _running.Lookups])
        {
            await using var command = pool.CreateCommand("SHOW max_parallel_workers_per_gather");
            Assert.Equal("0", await command.ExecuteScalarAsync());
        }
    }

    private async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
