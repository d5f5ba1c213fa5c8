using System.Security.Authentication;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Silo.Postgres;
using GaiaOrleans.Silo.Postgres.Rollouts;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>A server that nobody reaches without TLS, with a certificate of an authority that only this test knows.</summary>
public sealed class EncryptedServer : IAsyncLifetime
{
    public CertificateAuthority Authority { get; } = new("the server's authority");

    public CertificateAuthority Stranger { get; } = new("some other authority");

    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartEncryptedAsync(Authority);

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Authority.Dispose();
        Stranger.Dispose();
    }
}

public sealed class EncryptionTests(EncryptedServer encrypted) : IClassFixture<EncryptedServer>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_store_that_verifies_the_server_works_and_no_part_of_it_connects_without_TLS()
    {
        var roles = await Database();
        await using var store = await RunningStore.Start(roles.Silo);
        var row = Some.Row("s-1");
        await store.Sessions.Commit(Some.Commit(row, key: Some.Key("k-1")), None);
        Assert.Equal(row.CommitId, (await store.Sessions.Load("s-1", None)).Row.CommitId);
        Assert.Equal(1, (await store.Rollout.Read(None)).State.Epoch);
        Assert.True(await store.Retention.Sweep(None));
        await using var seen = store.Database.CreateCommand("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE backend_type = 'client backend'");
        Assert.Equal(true, await seen.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_by_the_start_and_by_the_store()
    {
        var roles = await Database();
        string Trusting(string connection) => new NpgsqlConnectionStringBuilder(connection) { RootCertificate = encrypted.Stranger.File }.ConnectionString;
        await Distrusted(() => Schema.Upgrade(Trusting(roles.Owner), None));
        await Distrusted(() => SchemaRights.Grant(new() { ConnectionString = Trusting(roles.Silo) }, None));
        await using var store = await RunningStore.Start(Trusting(roles.Silo));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.Sessions.Commit(Some.Commit(Some.Row("s-2")), None));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.Rollout.Read(None));
        await Distrusted(() => store.Retention.Sweep(None));
    }

    [Fact]
    public async Task So_is_one_of_another_name()
    {
        var roles = await Database();
        await Distrusted(() => Schema.Upgrade(new NpgsqlConnectionStringBuilder(roles.Owner) { Host = "localhost" }.ConnectionString, None));
    }

    private static async Task Distrusted(Func<Task> connecting)
    {
        var refusal = await Assert.ThrowsAsync<NpgsqlException>(connecting);
        Assert.IsType<AuthenticationException>(refusal.InnerException);
    }

    private async Task<DatabaseRoles> Database()
    {
        var roles = await DatabaseRoles.CreateAsync(encrypted.Server, $"t_{Guid.NewGuid():N}");
        await Schema.Upgrade(roles.Owner, None);
        await SchemaRights.Grant(new() { ConnectionString = roles.Silo, OwnerConnectionString = roles.Owner }, None);
        await RolloutSeed.Plant(roles.Silo, Some.DualWriteOff, Some.Now, None);
        return roles;
    }
}
