using GaiaOrleans.EndToEnd.Tests.Clusters;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Access;

/// <summary>Every other test of this project runs on silos and gateways that connect as roles with few rights; this one says so.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class DatabaseRoleTests(SharedCluster shared)
{
    [Fact]
    public async Task Silos_and_gateways_connect_as_their_own_roles_and_none_keeps_the_owners()
    {
        await using var database = NpgsqlDataSource.Create(shared.Cluster.ConnectionString);
        await using var roles = database.CreateCommand("SELECT string_agg(DISTINCT usename, ', ' ORDER BY usename) FROM pg_stat_activity WHERE datname = 'gaia' AND usename <> 'postgres'");
        Assert.Equal("gaia_gateway, gaia_silo", await roles.ExecuteScalarAsync());
    }
}
