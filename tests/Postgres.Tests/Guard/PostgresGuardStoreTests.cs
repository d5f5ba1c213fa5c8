using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Guard;

[Collection(OnPostgres.Name)]
public sealed class PostgresGuardStoreTests(TestDatabase database) : GuardStoreFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _running = null!;

    protected override IGuardStore Store => _running.Guard;

    protected override IEventLog Events => _running.Events;

    public async Task InitializeAsync()
    {
        await database.Empty();
        _running = await RunningStore.Start(database.ConnectionString);
    }

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Fact]
    public async Task What_cannot_be_told_is_not_kept_either()
    {
        await database.Execute("ALTER TABLE rollout_events RENAME TO elsewhere");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.Add(new(Some.Now, GuardEntry.Paused, default, GuardRules.Nothing), CancellationToken.None));
        await database.Execute("ALTER TABLE elsewhere RENAME TO rollout_events");
        Assert.Empty(await Store.Newest(1, CancellationToken.None));
    }
}
