using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GaiaOrleans.Gateway.Telemetry;

/// <summary>
/// What a process tells about itself: metrics for Prometheus always; metrics, traces and logs to an OpenTelemetry collector where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. The other variables of OpenTelemetry count as well.
/// </summary>
public static class TelemetryHosting
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <param name="service">The name that a collector files it under: <c>gaia-silo</c> or <c>gaia-gateway</c>.</param>
    public static void AddGaiaTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Logging.AddGaiaLogging();
        builder.Services.AddSingleton<GatewayInstruments>().AddHostedService<SeriesFromTheStart>();
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("GaiaOrleans", GatewayInstruments.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        if (!Exports(builder.Configuration))
        {
            // A server that may log gives every request an activity, and with it every call that the request makes; here nobody would ever see them, unless somebody
            // has asked for a line per request.
            if (builder.Configuration[$"Logging:LogLevel:{Requests}"] is null) builder.Logging.AddFilter(Requests, LogLevel.None);
            return;
        }

        telemetry
            .ConfigureResource(resource => resource.AddService(service, serviceInstanceId: Environment.MachineName))
            .WithLogging()
            .WithTracing(Trace)
            .UseOtlpExporter();
    }

    /// <summary>A collector is configured: calls between grains are to carry their trace, too.</summary>
    public static bool Exports(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[Collector]);

    private static void Trace(TracerProviderBuilder traces) => traces
        .AddSource("Microsoft.Orleans.*", "Npgsql")
        .AddAspNetCoreInstrumentation(requests => requests.Filter = context => Worthwhile(context.Request.Path))
        .AddHttpClientInstrumentation();

    // A scrape or a probe every few seconds would be most of what there is.
    private static bool Worthwhile(PathString path) => !path.StartsWithSegments("/health") && !path.StartsWithSegments("/metrics");

    /// <summary>Started after the collection of metrics, which OpenTelemetry puts before every other hosted service.</summary>
    private sealed class SeriesFromTheStart(GatewayInstruments instruments) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            instruments.Foresee();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
