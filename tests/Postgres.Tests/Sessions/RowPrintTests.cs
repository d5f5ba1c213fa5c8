using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>What somebody changes with a database client, past every commit, shows in the print of the row.</summary>
[Collection(OnPostgres.Name)]
public sealed class RowPrintTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => database.Empty();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("lesson_id = 'planted'")]
    [InlineData("current_task_count = coalesce(current_task_count, 0) + 1")]
    [InlineData("last_heartbeat = now()")]
    [InlineData("metadata = jsonb_set(metadata, '{a}', '1.0')")]
    [InlineData("extra = '{\"unknown\":1.0}'")]
    [InlineData("deleted_at = now()")]
    [InlineData("version = version + 1")]
    [InlineData("legacy_version = legacy_version - 1")]
    [InlineData("intent = '{}'")]
    [InlineData("rejected = '{}'")]
    [InlineData("conflict = '{}'")]
    public async Task Every_change_of_what_a_verification_looks_at_is_another_print(string change)
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        await store.Sessions.Commit(Some.Commit(Some.Row("s-1", """{"status":"idle","metadata":{"a":1},"unknown":1}""")), CancellationToken.None);
        var before = await Print();
        Assert.Equal(before, await Print());
        await database.Execute($"UPDATE session_records SET {change}");
        Assert.NotEqual(before, await Print());

        async Task<RowPrint> Print() => Assert.Single(await store.Sessions.Prints(["s-1"], CancellationToken.None));
    }
}
