using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Silo.Postgres;
using GaiaOrleans.Silo.Postgres.Rollouts;
using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

[Collection(OnPostgres.Name)]
public sealed class SchemaTests(PostgresFixture postgres, TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Objects = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    private const string Scripts = "SELECT count(*) FROM schemaversions";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_second_upgrade_changes_nothing()
    {
        var before = (await database.Scalar<long>(Objects), await database.Scalar<long>(Scripts), await database.Scalar<long>("SELECT count(*) FROM orleansquery"));
        await Schema.Upgrade(database.ConnectionString, None);
        Assert.Equal(before, (await database.Scalar<long>(Objects), await database.Scalar<long>(Scripts), await database.Scalar<long>("SELECT count(*) FROM orleansquery")));
    }

    [Fact]
    public async Task Upgrades_of_an_empty_database_at_the_same_time_all_succeed()
    {
        var empty = await postgres.Server.CreateDatabaseAsync($"t_{Guid.NewGuid():N}");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => Schema.Upgrade(empty, None), None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        await RolloutSeed.Plant(empty, Some.DualWriteOff, Some.Now, None);
        await using var store = await RunningStore.Start(empty);
        Assert.Equal(1, (await store.Rollout.Read(None)).State.Epoch);
    }

    [Fact]
    public async Task A_script_that_fails_is_rolled_back_and_can_be_repeated()
    {
        var blocked = await postgres.Server.CreateDatabaseAsync($"t_{Guid.NewGuid():N}");
        await Sql(blocked, "CREATE TABLE rollout_windows (x integer)"); // the last table of the last script
        await Assert.ThrowsAsync<InvalidOperationException>(() => Schema.Upgrade(blocked, None));
        await Sql(blocked, "DROP TABLE rollout_windows");
        await Schema.Upgrade(blocked, None);
    }

    /// <summary>During a rolling upgrade the other silos write, and a backup may be reading: what waits for its table must not hold them up as well.</summary>
    [Fact]
    public async Task A_script_that_waits_for_a_table_lets_others_at_it_and_goes_on_when_it_is_free()
    {
        var used = await postgres.Server.CreateDatabaseAsync($"t_{Guid.NewGuid():N}");
        await Schema.Upgrade(used, None);
        // Run anew it makes the same index again, for which it needs the table for itself.
        await Sql(used, "DELETE FROM schemaversions WHERE scriptname LIKE '%0028%'");
        Task upgrade;
        await using (var reader = new NpgsqlConnection(used))
        {
            await reader.OpenAsync();
            await using var transaction = await reader.BeginTransactionAsync();
            await using (var read = new NpgsqlCommand("SELECT count(*) FROM session_conflicts", reader)) await read.ExecuteScalarAsync();
            upgrade = Task.Factory.StartNew(() => Schema.Upgrade(used, None), None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            await Eventually.Is(true, async () => await Asked<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'session_conflicts'::regclass AND NOT granted)"));
            Assert.Equal(0, await Asked<long>("SELECT count(*) FROM session_conflicts"));
            Assert.False(upgrade.IsCompleted);
        }

        await upgrade.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Schema.Scripts, await Asked<long>("SELECT count(*) FROM schemaversions"));

        async Task<T> Asked<T>(string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(used) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 20 };
            return (T)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task The_view_of_the_guide_counts_live_rows_only()
    {
        await database.Empty();
        await using var store = await RunningStore.Start(database.ConnectionString);
        var row = Some.Row("s-1", """{"status":"busy","metadata":{"a":1},"unknown":true}""");
        await store.Sessions.Commit(Some.Commit(row), None);
        await store.Sessions.Commit(Some.Commit(Some.Row("s-2").Pending()), None);
        Assert.Equal(2, await database.Scalar<long>("SELECT COUNT(*) FROM claude_sessions"));
        Assert.Equal("busy", await database.Scalar<string>("SELECT status FROM claude_sessions WHERE id = 's-1' AND metadata->>'a' = '1' AND extra->>'unknown' = 'true'"));

        await store.Sessions.Commit(Some.Commit(row.Next().Deleted(), row), None);
        Assert.Equal(1, await database.Scalar<long>("SELECT COUNT(*) FROM claude_sessions"));
        Assert.Equal(2, await database.Scalar<long>("SELECT COUNT(*) FROM session_records"));
    }

    [Fact]
    public async Task The_first_state_is_planted_once_and_then_kept()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        var planted = (await store.Rollout.Read(None)).State;
        Assert.Equal((RolloutPhase.Preparation, Some.DualWriteOff, 1L), (planted.Phase, planted.DualWrite, planted.Epoch));
        Assert.NotEqual(0, planted.Salt);
        await RolloutSeed.Plant(database.ConnectionString, new(true, false, DualWriteMode.PythonLeads, AckPolicy.Leader), Some.Now.AddDays(1), None);
        Assert.Equal(planted, (await store.Rollout.Read(None)).State);
    }

    [Fact]
    public async Task A_cluster_that_starts_with_dual_write_on_has_passed_no_gate_yet()
    {
        var other = await postgres.Server.CreateDatabaseAsync($"t_{Guid.NewGuid():N}");
        await Schema.Upgrade(other, None);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RolloutSeed.Plant(other, Some.DualWriteOff with { Enabled = true }, Some.Now, None)));
        await using var store = await RunningStore.Start(other);
        var planted = (await store.Rollout.Read(None)).State;
        Assert.Equal((RolloutPhase.Preparation, true), (planted.Phase, planted.DualWrite.Enabled));
    }

    /// <summary>Pending rows are asked for all the time, over tables of any size.</summary>
    [Fact]
    public async Task Pending_rows_are_found_by_their_index()
    {
        var plan = await database.Scalar<string>($"SET enable_seqscan = off; EXPLAIN (FORMAT JSON) SELECT id FROM session_records r WHERE {SessionSql.Pending}");
        Assert.Contains("session_records_pending", plan, StringComparison.Ordinal);
    }

    private static async Task Sql(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
