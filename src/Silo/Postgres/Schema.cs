using DbUp;
using DbUp.Engine.Output;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres;

/// <summary>Brings the schema up to this build, once, whichever silo of a starting cluster comes first.</summary>
public static class Schema
{
    private const long UpgradeLock = 0x6761_6961_0001; // "gaia", 1

    /// <summary>How many scripts this build has.</summary>
    public static int Scripts { get; } = typeof(Schema).Assembly.GetManifestResourceNames().Count(IsScript);

    /// <exception cref="InvalidOperationException">A script failed; it was rolled back.</exception>
    public static async Task Upgrade(string connectionString, CancellationToken cancellationToken)
    {
        // Not pooled: closing the connection is what gives the lock back, whatever happens here.
        await using var guard = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await guard.OpenAsync(cancellationToken);
        await using (var acquire = new NpgsqlCommand($"SELECT pg_advisory_lock({UpgradeLock})", guard) { CommandTimeout = 0 }) await acquire.ExecuteNonQueryAsync(cancellationToken);
        var result = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Schema).Assembly, IsScript)
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful) throw new InvalidOperationException($"Schema script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    private static bool IsScript(string resource) => resource.EndsWith(".sql", StringComparison.Ordinal);
}
