using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>Every silo looks now and then at grains that work by themselves. One of them whose stored state nobody can read ended every silo.</summary>
public sealed class UnreadableStateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Silos_go_on_serving_sessions_without_it()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 5);
        await new Http(cluster.Silos[0].Url).Post("api/migration/webhooks", """{"url":"https://hook.invalid/","secret":"0123456789abcdef0123456789abcdef"}""").Ok();
        // A grain that works would write over what is done here.
        await Task.WhenAll(cluster.Silos.Select(s => s.StopAsync()));
        await using (var database = NpgsqlDataSource.Create(cluster.ConnectionString))
        await using (var spoil = database.CreateCommand("UPDATE orleansstorage SET payloadbinary = convert_to('{\"Webhooks\": 7}', 'UTF8') WHERE graintypestring LIKE '%webhooks%'"))
            Assert.Equal(1, await spoil.ExecuteNonQueryAsync());
        await Task.WhenAll(cluster.Silos.Select(s => s.RestartAsync()));

        // Each of them has looked more than once.
        await Eventually.Get(() => Task.FromResult(cluster.Silos.Sum(s => s.Output.Count(line => line.Contains("Error reading grain state", StringComparison.Ordinal)))), seen => seen >= 6, Patience);
        foreach (var silo in cluster.Silos)
        {
            Assert.False(silo.HasExited, string.Join('\n', silo.Output));
            await new Http(silo.Url).Get("api/sessions/session-000001").Ok();
        }
    }
}
