using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public sealed class InMemorySessionStoreTests : SessionStoreFacts
{
    protected override ISessionStore Store { get; } = new InMemorySessionStore(new InMemoryRolloutStore(TimeProvider.System), TimeProvider.System);
}
