using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Shadow;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GaiaOrleans.Gateway;

/// <summary>The data plane as a library: a silo hosts it in its own process, the standalone gateway on its own.</summary>
public static class GatewayHosting
{
    public static IServiceCollection AddGaiaGateway(this IServiceCollection services, string kind)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<GatewayOptions, GatewayOptionsValidator>().BindConfiguration("Gateway");
        services.AddOptionsWithValidateOnStart<LegacyTarget, LegacyTargetValidator>().BindConfiguration("Legacy");
        services.AddSingleton(new GatewayKind(kind)).AddSingleton<GatewayName>();
        services.AddSingleton<ProcessClock>().AddSingleton<GatewayLease>();
        services.AddSingleton<EmergencyFile>().AddSingleton<EmergencySwitch>().AddSingleton<EmergencyObserver>();
        services.AddHostedService<Departure>();
        services.AddSingleton<LeaseRenewal>().AddHostedService(s => s.GetRequiredService<LeaseRenewal>());
        services.AddSingleton<Drain>().AddHostedService(s => s.GetRequiredService<Drain>());
        services.AddHttpForwarder();
        services.AddSingleton<LegacyConnection>().AddSingleton<LegacyForwarder>().AddSingleton<LegacyLists>().AddSingleton<ListShapes>();
        services.AddSingleton<SessionCharges>();
        services.AddSingleton<LocalSessions>();
        services.AddSingleton<SessionRouter>().AddSingleton<SessionList>();
        services.AddShadowReads();
        return services;
    }

    /// <summary>How a process of ours speaks HTTP. Apart from the rest: a service that only calls sessions speaks as it always did.</summary>
    public static IServiceCollection AddGaiaHttp(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => GaiaJson.Configure(json.SerializerOptions));
        // Else a parameter of the wrong type is answered without a word.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails().AddExceptionHandler<ProblemHandler>();
        return services;
    }
}
