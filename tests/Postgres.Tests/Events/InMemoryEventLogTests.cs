using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Postgres.Tests.Events;

public sealed class InMemoryEventLogTests : EventLogFacts
{
    private readonly InMemoryRolloutStore _store = new(TimeProvider.System);

    protected override IEventLog Log => _store.Events;

    protected override IRolloutStore Rollout => _store;
}
