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
}
