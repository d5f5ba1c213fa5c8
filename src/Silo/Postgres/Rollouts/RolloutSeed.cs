using System.Security.Cryptography;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Rollouts;

/// <summary>The state a cluster starts from. Written once in its life; afterwards the stored one rules, whatever a node's environment says.</summary>
internal static class RolloutSeed
{
    public static async Task Plant(string connectionString, DualWriteSettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var initial = InMemoryRolloutStore.InitialState(now) with
        {
            DualWrite = settings,
            Salt = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)),
        };
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(RolloutSql.Seed, connection);
        foreach (var value in RolloutSql.Values(initial)) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
