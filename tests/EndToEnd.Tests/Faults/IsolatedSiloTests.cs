using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>A silo to which the database does not answer any more, alone or with everybody else.</summary>
public sealed class IsolatedSiloTests
{
    private const int TemporaryFailure = 75;
    private static readonly Dictionary<string, string?> Settings = new() { ["Cluster__GiveUpAfter"] = "00:00:10" };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Cut_off_from_everybody_it_stops_serving_says_why_ends_for_its_supervisor_and_joins_again()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: 10, settings: Settings);
        var (alone, others) = (cluster.Silos[0], cluster.Silos.Skip(1).ToList());
        await new Http(alone.Url).Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        await new Http(alone.Url).Patch("api/sessions/session-000001", """{"metadata":{"v":"acknowledged"}}""").Ok();

        // As it looks from there when the network is gone: nothing breaks, and nothing answers.
        await cluster.Postgres.SuspendAsync();
        foreach (var other in others) await other.SuspendAsync();
        var ready = await Eventually.Get(() => new Http(alone.Url).Get("health/ready"), a => a.Status == HttpStatusCode.ServiceUnavailable && a.Json["reason"] is not null, Patience);
        Assert.Contains("none of 2 other silos", ready.Json["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await new Http(alone.Url).Get("health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await new Http(alone.Url).Get("api/sessions/session-000001")).Status);
        Assert.Equal(TemporaryFailure, await Exit(alone));

        cluster.Postgres.Resume();
        foreach (var other in others) other.Resume();
        await alone.RestartAsync();
        foreach (var silo in cluster.Silos) await silo.UntilReadyAsync(new CancellationTokenSource(Patience).Token);
        Assert.All(others, o => Assert.False(o.HasExited, string.Join('\n', o.Output.TakeLast(20))));
        Assert.Equal("acknowledged", (await new Http(alone.Url).Get("api/sessions/session-000001").Ok()).Json["metadata"]!["v"]!.GetValue<string>());
    }

    [Fact]
    public async Task Cut_off_from_the_database_alone_it_leaves_its_sessions_to_the_others_and_joins_again()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 10, settings: Settings);
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await database.CreateCommand("CREATE ROLE second LOGIN IN ROLE gaia_silo").ExecuteNonQueryAsync();
        var second = await cluster.AddSiloAsync(
            "gaia_node_2", new Dictionary<string, string?> { ["Postgres__ConnectionString"] = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Username = "second" }.ConnectionString });
        var peer = new Http(cluster.Silos[0].Url);
        await Member("active");

        await database.CreateCommand("ALTER ROLE second NOLOGIN").ExecuteNonQueryAsync();
        await database.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'second'").ExecuteNonQueryAsync();
        var ready = await Eventually.Get(() => new Http(second.Url).Get("health/ready"), a => a.Status == HttpStatusCode.ServiceUnavailable && a.Json["reason"] is not null, Patience);
        Assert.Contains("answers another silo", ready.Json["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(TemporaryFailure, await Exit(second));
        await Member("dead");

        await database.CreateCommand("ALTER ROLE second LOGIN").ExecuteNonQueryAsync();
        await second.RestartAsync();
        await Member("active");

        Task Member(string state) => Eventually.Get(
            async () => (await peer.Get("api/cluster/status").Ok()).Json["nodes"]!.AsArray().SingleOrDefault(n => n!["id"]!.GetValue<string>() == "gaia_node_2")?["state"]!.GetValue<string>(),
            shown => shown == state, Patience);
    }

    private static async Task<int> Exit(SiloProcess silo)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            return await silo.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{silo.Name} still runs:\n{string.Join('\n', silo.Output.TakeLast(30))}");
        }
    }
}
