using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Sessions;

namespace GaiaOrleans.Gateway.Charges;

public static class Charging
{
    /// <summary>Charges every session request that was answered to a side, which only the finished response tells. Whoever did not wait for the answer is not counted.</summary>
    public static void UseCharging(this WebApplication app)
    {
        var charges = app.Services.GetRequiredService<SessionCharges>();
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/api/sessions")) context.Response.OnCompleted(() => Charge(context, charges));
            return next(context);
        });
    }

    internal static Task Charge(HttpContext context, SessionCharges charges)
    {
        if (context.RequestAborted.IsCancellationRequested) return Task.CompletedTask;
        if (ChargingRule.SideOf(SessionResponse.RoutedTo(context), context.Features.Get<GaiaException>()) is { } side)
            charges.Count(side, failed: context.Response.StatusCode >= StatusCodes.Status500InternalServerError);
        return Task.CompletedTask;
    }
}
