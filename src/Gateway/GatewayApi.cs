using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway;

/// <summary>A gateway about itself.</summary>
/// <param name="SnapshotAgeMs">Since the last reading of the rollout began; null = there has been none.</param>
/// <param name="Emergency">Null in ordinary times.</param>
public sealed record GatewaySnapshot(string Name, bool LeaseHeld, double? SnapshotAgeMs, long InFlight, Emergency? Emergency, RolloutState? Snapshot)
{
    public static GatewaySnapshot Of(GatewayLease lease, GatewayName name, EmergencySwitch emergency) => new(
        name.Value, lease.Held, lease.Known is null ? null : Math.Round(lease.Age.TotalMilliseconds, 1), lease.InFlight, emergency.Current, lease.Known);
}

/// <summary>What a standalone gateway says about itself.</summary>
public static class GatewayApi
{
    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/gateway", (GatewayLease lease, GatewayName name, EmergencySwitch emergency) => TypedResults.Ok(GatewaySnapshot.Of(lease, name, emergency))).WithName("GetGateway");
        routes.MapEmergency();
    }

    public static void MapGatewayHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { Status = "healthy" }));
        routes.MapGet("/health/ready", (GatewayLease lease, EmergencySwitch emergency, Drain drain) => drain.Leaving ? Leaving() : Health(lease, emergency));
        routes.MapGet("/health", Health);

        static IResult Leaving() => TypedResults.Json(new { Status = "unhealthy", Leaving = true }, GaiaJson.Options, statusCode: 503);

        static IResult Health(GatewayLease lease, EmergencySwitch emergency)
        {
            // Forwarding to legacy needs no lease: a gateway that knows it may only forward serves without its cluster.
            var forwards = lease.Known is { } known && Sessions.SessionRouter.ForwardsOnly(known);
            var inEmergency = emergency.Current is not null;
            var status = lease.Held && !inEmergency ? "healthy" : forwards || inEmergency ? "degraded" : "unhealthy";
            return TypedResults.Json(new { Status = status, LeaseHeld = lease.Held, Emergency = inEmergency }, GaiaJson.Options, statusCode: status == "unhealthy" ? 503 : 200);
        }
    }
}
