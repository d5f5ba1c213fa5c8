using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Shadow;

internal static class ShadowHosting
{
    public static void AddShadowReads(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ShadowInstruments>().AddSingleton<ShadowSampler>().AddSingleton<ShadowLoad>();
        services.AddSingleton(s => new ShadowIntake(
            s.GetRequiredService<ShadowSampler>(), s.GetRequiredService<ShadowLoad>(), s.GetRequiredService<ShadowInstruments>(), s.GetRequiredService<IOptions<GatewayOptions>>()));
        services.AddHostedService<ShadowReads>();
    }
}
