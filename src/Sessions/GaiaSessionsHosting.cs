using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Charges;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions;

/// <summary>Sessions in a service of one's own.</summary>
public static class GaiaSessionsHosting
{
    private const string Kind = "client";

    /// <summary>
    /// <see cref="GaiaSessions"/>, and the Orleans client that it calls through. Settings: <c>Postgres:ConnectionString</c> or <c>Gaia:Silos</c>,
    /// <c>Gaia:ClusterId</c>, <c>Legacy:BaseUrl</c>, <c>Legacy:Auth</c> and <c>Legacy:Credential</c>, <c>GaiaSessions:Patience</c>. What is wrong with them ends the start, with what to set instead.
    /// </summary>
    public static IHostApplicationBuilder AddGaiaSessions(this IHostApplicationBuilder builder)
    {
        builder.AddClusterConnection();
        builder.Services.AddGaiaSessions();
        return builder;
    }

    /// <summary>The same for a service that is an Orleans client of the cluster already; call it after <c>UseOrleansClient</c>.</summary>
    public static IServiceCollection AddGaiaSessions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<GaiaSessionsOptions, GaiaSessionsOptionsValidator>().BindConfiguration("GaiaSessions");
        services.AddOptionsWithValidateOnStart<LegacyCredential, LegacyCredentialValidator>().BindConfiguration("Legacy");
        // Nobody's load balancer looks at this process, so there is nothing to wait for when it stops.
        services.Configure<GatewayOptions>(gateway => gateway.Drain = TimeSpan.Zero);
        services.AddSingleton<OpenCalls>();
        services.AddGaiaGateway(Kind);
        // Hosted services stop in reverse: while the last calls end, the lease is still renewed.
        // What the last calls are charged is reported after they have ended.
        services.AddHostedService<ChargeReports>();
        services.AddHostedService<Door>();
        // Two processes must never share a name: each would make the rollout forget the other.
        services.AddOptions<GatewayOptions>().PostConfigure<IHostEnvironment>((gateway, host) => gateway.Name ??= $"{Environment.MachineName}:{host.ApplicationName}:{Environment.ProcessId}");
        services.AddSingleton<InnerGateway>();
        services.AddSingleton(s => new GaiaSessions(
            s.GetRequiredService<InnerGateway>(), s.GetRequiredService<IOptions<GaiaSessionsOptions>>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<GaiaSessions>>()));
        return services;
    }
}
