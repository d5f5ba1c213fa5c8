using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Windows;

[Collection(OnPostgres.Name)]
public sealed class PostgresWindowStoreTests(TestDatabase database) : WindowStoreFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _running = null!;

    protected override IWindowStore Store => _running.Windows;

    public async Task InitializeAsync() => _running = await RunningStore.Start(database.ConnectionString);

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Fact]
    public async Task Silos_that_report_at_the_same_time_miss_nothing_of_each_other()
    {
        var silos = Enumerable.Range(0, 8).Select(i => Silo($"silo-{i}")).ToList();
        for (var at = -5; at < 130; at += 5)
        {
            foreach (var silo in silos) silo.Tally.Failed();
            await Task.WhenAll(silos.Select(s => s.Report(at, beside: [.. silos])));
        }

        var minutes = await Store.Minutes(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, CancellationToken.None);
        var mine = minutes.Where(m => m.Silos == silos.Count).ToList();
        Assert.Equal([(8, false), (96, true), (96, true), (16, false)], mine.Select(m => (m.Counts.Failed, m.Complete)));
    }
}
