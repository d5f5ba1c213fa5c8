using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Runs;

[Collection(OnPostgres.Name)]
public sealed class PostgresRunLedgerTests(TestDatabase database) : RunLedgerFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _running = null!;

    protected override IRunLedger Ledger => _running.Ledger;

    public async Task InitializeAsync()
    {
        await database.Execute("TRUNCATE run_ledger, verified_buckets");
        _running = await RunningStore.Start(database.ConnectionString);
    }

    public async Task DisposeAsync() => await _running.DisposeAsync();
}
