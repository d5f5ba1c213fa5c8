using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway;

/// <summary>What a standalone gateway says about itself.</summary>
public static class GatewayApi
{
    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/gateway", (GatewayLease lease, GatewayName name) => TypedResults.Ok(new
        {
            Name = name.Value,
            LeaseHeld = lease.Held,
            SnapshotAgeMs = Math.Round(lease.Age.TotalMilliseconds, 1),
            lease.InFlight,
            Snapshot = lease.Known,
        })).WithName("GetGateway");
    }

    public static void MapGatewayHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { Status = "healthy" }));
        routes.MapGet("/health/ready", Health);
        routes.MapGet("/health", Health);

        static IResult Health(GatewayLease lease)
        {
            // Forwarding to legacy needs no lease: a gateway that knows it may only forward serves without its cluster.
            var forwards = lease.Known is { } known && Sessions.SessionRouter.ForwardsOnly(known);
            var status = lease.Held ? "healthy" : forwards ? "degraded" : "unhealthy";
            return TypedResults.Json(new { Status = status, LeaseHeld = lease.Held }, GaiaJson.Options, statusCode: status == "unhealthy" ? 503 : 200);
        }
    }
}
