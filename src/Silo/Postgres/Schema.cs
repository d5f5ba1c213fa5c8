using DbUp;
using DbUp.Engine.Output;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres;

/// <summary>Brings the schema up to this build, once, whichever silo of a starting cluster comes first.</summary>
public static class Schema
{
    private const long UpgradeLock = 0x6761_6961_0001; // "gaia", 1

    // What waits for a table holds up all that come after it, the commits of the silos that run among them: it lets them pass, and tries again.
    private const string LetPass = "-c lock_timeout=1000";
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    // Reading a large table for a new index takes longer than a query may.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    private const string MayCreate = "SELECT current_user || '' AS role, current_schema() IS NOT NULL AND has_schema_privilege(current_schema(), 'CREATE') AS may";

    /// <summary>How many scripts this build has.</summary>
    public static int Scripts { get; } = typeof(Schema).Assembly.GetManifestResourceNames().Count(IsScript);

    /// <summary>Needs the right to create only where something is missing.</summary>
    /// <exception cref="InvalidOperationException">A script failed; it was rolled back.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something is missing, and this role may not create it.</exception>
    /// <param name="waiting">Told which script waits for a table that somebody else uses, each time it gives way.</param>
    public static async Task Upgrade(string connectionString, CancellationToken cancellationToken, Action<string>? waiting = null)
    {
        await using var guard = await Alone(connectionString, cancellationToken);
        var upgrade = DeployChanges.To
            .PostgresqlDatabase(Patient(connectionString))
            .WithExecutionTimeout(Longest)
            .WithScriptsEmbeddedInAssembly(typeof(Schema).Assembly, IsScript)
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build();
        var missing = upgrade.GetScriptsToExecute();
        if (missing.Count == 0) return;
        await RefuseWhoMayNotCreate(guard, missing[^1].Name, cancellationToken);
        while (upgrade.PerformUpgrade() is { Successful: false } result)
        {
            if (result.Error is not PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
                throw new InvalidOperationException($"Schema script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
            waiting?.Invoke(result.ErrorScript?.Name ?? "");
            await Task.Delay(Again, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>A connection for whose life nobody else changes the schema or its rights.</summary>
    internal static async Task<NpgsqlConnection> Alone(string connectionString, CancellationToken cancellationToken)
    {
        // Closing the connection is what gives the lock back, whatever happens here.
        var connection = new NpgsqlConnection(Unpooled(connectionString));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var acquire = new NpgsqlCommand($"SELECT pg_advisory_lock({UpgradeLock})", connection) { CommandTimeout = 0 };
            await acquire.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>No connection of an owner stays open behind a silo that has started.</summary>
    internal static string Unpooled(string connectionString)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        unpooled.Options = $"{unpooled.Options} {PostgresHosting.LetGo}".TrimStart();
        return unpooled.ConnectionString;
    }

    private static string Patient(string connectionString)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(Unpooled(connectionString));
        unpooled.Options = $"{unpooled.Options} {LetPass}".TrimStart();
        return unpooled.ConnectionString;
    }

    private static async Task RefuseWhoMayNotCreate(NpgsqlConnection connection, string script, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(MayCreate, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetBoolean(1)) return;
        var role = reader.GetString(0);
        throw SchemaRights.Refused(
            $"PostgreSQL's role '{role}' does not see the schema of this build ({script}) and may not create it. Give the silo the connection of the schema's owner "
            + $"(environment: Postgres__OwnerConnectionString); where the schema is up to date, the owner grants the role what it needs: SELECT grant_silo('{role}').");
    }

    private static bool IsScript(string resource) => resource.EndsWith(".sql", StringComparison.Ordinal);
}
