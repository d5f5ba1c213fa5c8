using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>Who is about to send a session to legacy, as only the row tells.</summary>
internal static class SendLeases
{
    public static async Task<SiloProcess> LeaseOwner(this LocalCluster cluster, NpgsqlDataSource database, string id)
    {
        var owner = await Eventually.Get(
            async () =>
            {
                await using var command = database.CreateCommand("SELECT owner FROM session_records WHERE id = $1 AND send_lease_until > now()");
                command.Parameters.Add(new() { Value = id });
                return await command.ExecuteScalarAsync() as string;
            },
            found => found is not null, TimeSpan.FromSeconds(10));
        return cluster.Silos.Single(s => s.Name == owner);
    }
}
