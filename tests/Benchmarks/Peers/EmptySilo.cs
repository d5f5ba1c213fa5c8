using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace GaiaOrleans.Benchmarks.Peers;

/// <summary>An Orleans silo in the same database, with a web server and without a single grain of ours; it answers when it has joined.</summary>
internal static class EmptySilo
{
    public const string Kind = "silo";

    public static async Task Serve(string url, string connectionString, CancellationToken cancellation)
    {
        await using var app = EmptyEndpoint.Build(url, builder => builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("empty", "empty"));
            silo.ConfigureEndpoints(IPAddress.Loopback, siloPort: Testbed.FreePort.Next(), gatewayPort: Testbed.FreePort.Next());
            silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = ("Npgsql", connectionString));
        }));
        app.Run(static _ => Task.CompletedTask);
        // Silo and web server start in turn, the web server last.
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }
}
