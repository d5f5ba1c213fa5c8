using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GaiaOrleans.Silo.Cluster;

internal static class ClockHosting
{
    /// <summary>A clock that is never set back, made of the one that is registered, or the system's; and what watches that one.</summary>
    public static IServiceCollection AddSteadyClock(this IServiceCollection services)
    {
        var machine = services.LastOrDefault(s => s.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider ?? TimeProvider.System;
        var clock = new SteadyClock(machine);
        return services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(clock).AddSingleton(clock)
            .AddSingleton<ClockWatch>().AddHostedService(s => s.GetRequiredService<ClockWatch>());
    }
}
