using System.Text.Json;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>What the two databases hold, past every program that owns them.</summary>
internal static class Databases
{
    private const string Stored = $"SELECT id, coalesce(extra ->> '{SessionClient.Member}', '') FROM session_records WHERE deleted_at IS NULL";
    private const string Held = $"import json, sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=10); print(json.dumps({{i: json.loads(b).get('{SessionClient.Member}', '') for i, b in c.execute('SELECT id, body FROM sessions')}}))";

    /// <summary>The register of each session in PostgreSQL.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> InPostgres(LocalCluster cluster, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(Stored);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var registers = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellation)) registers[reader.GetString(0)] = reader.GetString(1);
        return registers;
    }

    /// <summary>The register of each session in GAIA_HOME's SQLite.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> InSqlite(LocalCluster cluster, CancellationToken cancellation)
    {
        await using var python = ChildProcess.Start(new("python3", "-c", Held, cluster.Legacy.Database));
        return await python.WaitForExitAsync(cancellation) == 0
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(python.Output[^1])!
            : throw new InvalidOperationException(string.Join(Environment.NewLine, python.Output));
    }
}
