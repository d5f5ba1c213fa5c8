using System.Net;
using GaiaOrleans.Testbed;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace GaiaOrleans.Peers;

/// <summary>An Orleans silo with a web server that nobody asks anything; it answers when the silo has joined.</summary>
internal static class EmptySilo
{
    public const string Kind = "silo";

    public static async Task Serve(string url, string connectionString, CancellationToken cancellation)
    {
        await using var app = Build(url, connectionString, "empty");
        app.Run(static _ => Task.CompletedTask);
        // Silo and web server start in turn, the web server last.
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    internal static WebApplication Build(string url, string connectionString, string cluster, Action<ISiloBuilder>? with = null) => EmptyEndpoint.Build(url, builder => builder.UseOrleans(silo =>
    {
        // Each process a cluster of its own: it would wait for the one before it, which was killed.
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ($"{cluster}-{Environment.ProcessId}", cluster));
        silo.ConfigureEndpoints(IPAddress.Loopback, siloPort: FreePort.Next(), gatewayPort: FreePort.Next());
        silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = ("Npgsql", connectionString));
        with?.Invoke(silo);
    }));
}
