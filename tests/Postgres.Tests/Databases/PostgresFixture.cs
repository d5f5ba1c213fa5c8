using GaiaOrleans.Testbed;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>One durable server for all classes of the collection; each of them has a database of its own on it.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class OnPostgres : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}
