using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Postgres.Tests.Windows;

public sealed class InMemoryWindowStoreTests : WindowStoreFacts
{
    protected override IWindowStore Store { get; } = new InMemoryWindowStore(TimeProvider.System);
}
