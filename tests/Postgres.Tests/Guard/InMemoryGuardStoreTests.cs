using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;

namespace GaiaOrleans.Postgres.Tests.Guard;

public sealed class InMemoryGuardStoreTests : GuardStoreFacts
{
    private readonly InMemoryEventLog _events = new(TimeProvider.System);

    public InMemoryGuardStoreTests() => Store = new InMemoryGuardStore(_events);

    protected override IGuardStore Store { get; }

    protected override IEventLog Events => _events;
}
