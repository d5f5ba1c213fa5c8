using System.Net;
using System.Text;
using GaiaOrleans.Grains.Legacy;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>The legacy side of a silo.</summary>
internal static class LegacyHosting
{
    private const string Client = "legacy";

    public static IServiceCollection AddLegacySessions(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<LegacyOptions, LegacyOptionsValidator>().BindConfiguration("Legacy");
        services.AddHttpClient(Client, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, provider) => Prepare(handler, provider.GetRequiredService<IOptions<LegacyOptions>>().Value))
            // Connections are renewed by the handler itself, so that one client can live as long as its circuit.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<HttpLegacySessions>(provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(Client)));
        return services.AddSingleton<ILegacySessions>(provider => provider.GetRequiredService<HttpLegacySessions>());
    }

    public static void Prepare(SocketsHttpHandler handler, LegacyOptions options)
    {
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2); // follows a moved DNS name
        handler.ConnectTimeout = options.Timeout;
        // Room for a list and a health probe beside everything else: nothing waits for a connection without our knowing.
        handler.MaxConnectionsPerServer = options.MaxConcurrent + 4;
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8;
    }
}
