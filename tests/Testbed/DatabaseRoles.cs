using Npgsql;

namespace GaiaOrleans.Testbed;

/// <summary>A database as a site has it: one role owns it, another is what silos run as, a third what standalone gateways do. None is a superuser.</summary>
/// <param name="Administrator">As the server's superuser.</param>
/// <param name="Owner">Connection string of the role that is named like the database.</param>
/// <param name="Silo">Of the role <c>NAME_silo</c>. May do nothing yet.</param>
/// <param name="Gateway">Of the role <c>NAME_gateway</c>. May do nothing yet.</param>
public sealed record DatabaseRoles(string Administrator, string Owner, string Silo, string Gateway)
{
    /// <param name="server">Where nothing has this name yet.</param>
    /// <param name="name">Of the database, in lower case.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DatabaseRoles> CreateAsync(PostgresServer server, string name, CancellationToken cancellation = default)
    {
        var administrator = await server.CreateDatabaseAsync(name, cancellation);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(administrator) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var create = connection.CreateCommand();
        create.CommandText = $"CREATE ROLE {name} LOGIN CREATEDB; ALTER DATABASE {name} OWNER TO {name}; CREATE ROLE {name}_silo LOGIN; CREATE ROLE {name}_gateway LOGIN";
        await create.ExecuteNonQueryAsync(cancellation);
        return new(administrator, As(name), As($"{name}_silo"), As($"{name}_gateway"));

        string As(string role) => new NpgsqlConnectionStringBuilder(administrator) { Username = role }.ConnectionString;
    }
}
