using GaiaOrleans.Silo.Postgres;
using GaiaOrleans.Silo.Postgres.Rollouts;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>A fresh database with the schema and the first rollout state, and a role for silos that may change rows and nothing else.</summary>
public sealed class TestDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    public PostgresServer Server => postgres.Server;

    public DatabaseRoles Roles { get; private set; } = null!;

    /// <summary>As silos connect.</summary>
    public string ConnectionString => Roles.Silo;

    /// <summary>As a silo is told of it.</summary>
    internal PostgresOptions Options => new() { ConnectionString = Roles.Silo, OwnerConnectionString = Roles.Owner, GatewayRole = Role(Roles.Gateway) };

    public static string Role(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Username!;

    public async Task InitializeAsync()
    {
        Roles = await DatabaseRoles.CreateAsync(postgres.Server, $"t_{Guid.NewGuid():N}");
        await Schema.Upgrade(Roles.Owner, CancellationToken.None);
        await SchemaRights.Grant(Options, CancellationToken.None);
        await RolloutSeed.Plant(ConnectionString, Some.DualWriteOff, Some.Now, CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>As an administrator would.</summary>
    public async Task Execute(string sql)
    {
        await using var connection = await Connect();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = await Connect();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The first column of the last statement's rows.</summary>
    public async Task<IReadOnlyList<string>> Lines(string sql)
    {
        await using var connection = await Connect();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        do
            while (await reader.ReadAsync())
                lines.Add(reader.GetString(0));
        while (await reader.NextResultAsync());
        return lines;
    }

    public Task Empty() => Execute("TRUNCATE session_records, session_keys, session_conflicts, migration_errors, validation_errors, validation_noise, rollout_windows, rollout_minutes, rollout_hours, guard_entries, run_ledger, conflict_changes");

    private async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Roles.Administrator) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
