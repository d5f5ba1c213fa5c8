using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>A database that nobody reaches without TLS: all that connects to it verifies it, Orleans' own parts, the gateway and the scripts too.</summary>
public sealed class EncryptedDatabaseTests
{
    [Fact]
    public async Task A_cluster_serves_and_is_backed_up_over_a_verified_connection_and_a_stranger_is_refused()
    {
        using var authority = new CertificateAuthority("the server's authority");
        using var stranger = new CertificateAuthority("some other authority");
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 3, authority: authority);
        await new Http(cluster.Gateway.Url).Get("api/sessions/session-000001").Ok();
        await new Http(cluster.Silos[0].Url).Post("api/migration/runs", """{"kind":"verify"}""").Ok();
        await using (var database = NpgsqlDataSource.Create(cluster.ConnectionString))
        await using (var asked = database.CreateCommand("SELECT string_agg(DISTINCT application_name, ' ' ORDER BY application_name) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name LIKE 'gaia-%'"))
        {
            var seen = ((string)(await asked.ExecuteScalarAsync())!).Split(' ');
            Assert.All(["gaia-lease", "gaia-membership", "gaia-orleans", "gaia-sessions"], part => Assert.Contains(part, seen));
        }

        var folder = Directory.CreateTempSubdirectory("gaia-backup-");
        try
        {
            await Backup(cluster.ConnectionString);
            await Refused("certificate verify failed", c => c.RootCertificate = stranger.File);
            await Refused("does not match host name", c => c.Host = "localhost");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task Refused(string why, Action<NpgsqlConnectionStringBuilder> change)
        {
            var connection = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
            change(connection);
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Backup(connection.ConnectionString));
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        }

        Task Backup(string connection) => ChildProcess.RunAsync(new("bash", RepositoryRoot.PathTo("scripts", "backup_database.sh"), "--to", Path.Combine(folder.FullName, "gaia.dump"))
        {
            Environment = new Dictionary<string, string?> { ["GAIA_POSTGRES"] = connection },
        });
    }
}
