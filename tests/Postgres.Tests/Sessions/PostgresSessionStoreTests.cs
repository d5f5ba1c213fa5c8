using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

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

    [Fact]
    public async Task A_clock_that_is_ahead_makes_no_negative_lag()
    {
        await Put(Some.Row("s-1").Pending(since: 3600));
        Assert.Equal(new SyncLag(1, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, "s-1"), await Store.Lag(CancellationToken.None));
    }
}
