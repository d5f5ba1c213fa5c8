using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Postgres.Tests.Runs;

public sealed class InMemoryRunLedgerTests : RunLedgerFacts
{
    protected override IRunLedger Ledger { get; } = new InMemoryRunLedger();
}
