using System.Diagnostics.Metrics;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using OpenTelemetry.Metrics;

namespace GaiaOrleans.Gateway.Telemetry;

/// <summary>What passes through this gateway.</summary>
public sealed class GatewayInstruments
{
    public const string MeterName = "GaiaOrleans.Gateway";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    public GatewayInstruments(IMeterFactory meters, GatewayLease lease)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("gaia_requests", description: "Session requests by the side that served them.");
        _duration = meter.CreateHistogram<double>("gaia_request_duration", "s", "Duration of session requests as their client saw them.", advice: new()
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });
        meter.CreateObservableGauge("gaia_traffic_split_ratio", () => Split(lease), description: "Share of sessions that each side serves, 0 to 1.");
        meter.CreateObservableGauge("gaia_rollout_epoch", () => lease.Known?.Epoch ?? 0, description: "The epoch this gateway routes by.");
        meter.CreateObservableGauge("gaia_snapshot_age", () => lease.Age.TotalSeconds, "s", "Age of the reading this gateway routes by.");
        meter.CreateObservableGauge("gaia_migration_phase", () => (int)(lease.Known?.Phase ?? 0), description: "0 preparation, 1 dual_write, 2 gradual_rollout, 3 monitoring, 4 cutover, 5 deprecation, 6 completed.");
    }

    public void OnRequest(string servedBy, string method, int status, TimeSpan duration)
    {
        _requests.Add(1, new("served_by", servedBy), new("method", method), new("status", status));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("served_by", servedBy), new KeyValuePair<string, object?>("method", method));
    }

    private static IEnumerable<Measurement<double>> Split(GatewayLease lease)
    {
        var go = (double)(lease.Known?.GoPercentage ?? 0) / 100;
        return [new(go, new KeyValuePair<string, object?>("side", Side.Go.Wire())), new(1 - go, new KeyValuePair<string, object?>("side", Side.Python.Wire()))];
    }
}

public static class GatewayMetrics
{
    public static IServiceCollection AddGaiaMetrics(this IServiceCollection services)
    {
        services.AddSingleton<GatewayInstruments>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("GaiaOrleans", GatewayInstruments.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        return services;
    }

    /// <summary>Counts session requests by who served them, which only the finished response tells.</summary>
    public static void UseRequestMetrics(this WebApplication app)
    {
        var instruments = app.Services.GetRequiredService<GatewayInstruments>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/api/sessions"))
            {
                await next(context);
                return;
            }

            var started = time.GetTimestamp();
            context.Response.OnCompleted(() =>
            {
                var servedBy = context.Response.Headers[SessionResponse.ServedBy].ToString();
                instruments.OnRequest(servedBy.Length == 0 ? "none" : servedBy, context.Request.Method, context.Response.StatusCode, time.GetElapsedTime(started));
                return Task.CompletedTask;
            });
            await next(context);
        });
    }
}
