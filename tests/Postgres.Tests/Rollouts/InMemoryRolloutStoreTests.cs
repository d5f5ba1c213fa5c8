using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Postgres.Tests.Rollouts;

public sealed class InMemoryRolloutStoreTests : RolloutStoreFacts
{
    protected override IRolloutStore Store { get; } = new InMemoryRolloutStore(TimeProvider.System);
}
