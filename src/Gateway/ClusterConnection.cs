using System.ComponentModel.DataAnnotations;
using System.Net;
using GaiaOrleans.Gateway.Telemetry;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace GaiaOrleans.Gateway;

/// <summary>How a process outside the cluster finds the silos. Sections <c>Gaia</c> and <c>Postgres</c>.</summary>
public sealed class ClusterAddress
{
    [Required] public string ClusterId { get; set; } = "gaia";

    [Required] public string ServiceId { get; set; } = "gaia";

    /// <summary>Fixed silo gateways (<c>127.0.0.1:30000</c>), for a cluster whose membership is not in PostgreSQL. Default: none.</summary>
    public string[] Silos { get; set; } = [];

    /// <summary>How often the gateway looks which silos there are; one that was declared dead is left by then. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SilosRefresh { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
public sealed partial class ClusterAddressValidator : IValidateOptions<ClusterAddress>;

/// <summary>The Orleans client of a standalone gateway, and of a service that calls sessions directly.</summary>
public static class ClusterConnection
{
    public static IHostApplicationBuilder AddClusterConnection(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ClusterAddress, ClusterAddressValidator>().BindConfiguration("Gaia");
        var address = builder.Configuration.GetSection("Gaia").Get<ClusterAddress>() ?? new();
        var postgres = builder.Configuration["Postgres:ConnectionString"];
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (address.ClusterId, address.ServiceId));
            client.Configure<Orleans.Configuration.GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = address.SilosRefresh);
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));
            // The gateway starts before, during and after its cluster; it never gives up on it.
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
                return true;
            });
            if (TelemetryHosting.Exports(builder.Configuration)) client.AddActivityPropagation();
            if (address.Silos.Length > 0) client.UseStaticClustering([.. address.Silos.Select(IPEndPoint.Parse)]);
            else client.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", postgres
                ?? throw new OptionsValidationException("Postgres", typeof(ClusterAddress), ["Postgres:ConnectionString is not set (environment: Postgres__ConnectionString); without PostgreSQL give Gaia__Silos__0=host:port."])));
        });
        return builder;
    }
}
