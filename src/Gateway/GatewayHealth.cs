using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;

namespace GaiaOrleans.Gateway;

/// <summary>The health of a standalone gateway: it checks what it has to do with itself, which is the cluster and GAIA_HOME.</summary>
public static class GatewayHealth
{
    public static void MapGatewayHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { Status = "healthy" }));
        routes.MapGet("/health/ready", Ready);
        routes.MapGet("/health", Health);
        routes.ServiceProvider.GetRequiredService<ProcessClock>();
    }

    private static IResult Ready(GatewayLease lease, EmergencySwitch emergency, Drain drain)
    {
        var status = drain.Leaving ? "unhealthy" : Serving(lease, emergency);
        return TypedResults.Json(new { Status = status, LeaseHeld = lease.Held, Emergency = emergency.Current is not null, drain.Leaving }, GaiaJson.Options, statusCode: StatusCode(status));
    }

    private static async Task<IResult> Health(GatewayLease lease, EmergencySwitch emergency, LegacyConnection legacy, ProcessClock process, CancellationToken cancellationToken)
    {
        var python = await legacy.Answers(cancellationToken);
        var serving = Serving(lease, emergency);
        var status = serving == "healthy" && !python ? "degraded" : serving;
        return TypedResults.Json(
            new
            {
                Status = status,
                Checks = new { Cluster = lease.Held ? "healthy" : "unhealthy", Legacy = python ? "healthy" : "unhealthy" },
                LeaseHeld = lease.Held,
                Emergency = emergency.Current is not null,
                process.Version,
                UptimeS = Math.Round(process.Uptime.TotalSeconds),
            },
            GaiaJson.Options,
            statusCode: StatusCode(status));
    }

    // Forwarding to legacy needs no lease: a gateway that knows it may only forward serves without its cluster.
    private static string Serving(GatewayLease lease, EmergencySwitch emergency) =>
        emergency.Current is not null ? "degraded" : lease.Held ? "healthy" : lease.Known is { } known && SessionRouter.ForwardsOnly(known) && !known.DualWrite.Closing ? "degraded" : "unhealthy";

    private static int StatusCode(string status) => status == "unhealthy" ? 503 : 200;
}
