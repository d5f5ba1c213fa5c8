using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Limits;

/// <summary>Limits for a silo or a standalone gateway.</summary>
public static class LimitHosting
{
    public static WebApplicationBuilder AddGaiaLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<LimitOptions, LimitOptionsValidator>().BindConfiguration("Limits");
        builder.Services.AddSingleton<RequestLimits>();
        // The server's own refusals say nothing; it leaves room for ours, which say what is too much.
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>((server, limits) =>
        {
            server.Limits.MaxRequestHeaderCount = 2 * limits.Value.Headers;
            server.Limits.MaxRequestHeadersTotalSize = 2 * limits.Value.HeaderBytes;
            server.Limits.MaxRequestLineSize = 2 * limits.Value.TargetBytes;
        });
        return builder;
    }

    /// <summary>After authentication: whose request it is must be known.</summary>
    public static void UseGaiaLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RequestLimits>();
        app.Use(limits.Pass);
    }
}
