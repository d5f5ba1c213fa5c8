using GaiaOrleans.Gateway.Sessions;

namespace GaiaOrleans.Gateway.Telemetry;

public static class RequestMetrics
{
    /// <summary>Counts session requests by who served them, which only the finished response tells.</summary>
    public static void UseRequestMetrics(this WebApplication app)
    {
        var instruments = app.Services.GetRequiredService<GatewayInstruments>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use((context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/api/sessions")) return next(context);
            var started = time.GetTimestamp();
            context.Response.OnCompleted(() =>
            {
                instruments.OnRequest(
                    context.Response.Headers[SessionResponse.ServedBy].ToString(), context.Request.Method, context.Response.StatusCode, time.GetElapsedTime(started));
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}
