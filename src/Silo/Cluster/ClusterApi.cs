using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>Cluster and process health.</summary>
internal static class ClusterApi
{
    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/cluster/health", Health).WithName("GetClusterHealth");
        routes.MapGet("/api/cluster/status", (ClusterView cluster, ILocalSiloDetails silo) => TypedResults.Ok(new
        {
            Nodes = cluster.Silos.Select(s => new { Id = s.Name, State = s.Status.ToLowerInvariant() }),
            NodeId = silo.Name,
            PeerCount = Math.Max(0, cluster.Silos.Count - 1),
        })).WithName("GetClusterStatus");
    }

    public static void MapSiloHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { Status = "healthy" }));
        routes.MapGet("/health/ready", Ready);
        routes.MapGet("/health", SystemHealth).WithName("GetHealth");
    }

    private static IResult Health(ClusterView cluster, ILocalSiloDetails silo)
    {
        // All the others: a silo is no peer of itself.
        var peers = cluster.Silos.Where(s => s.Name != silo.Name).ToList();
        var healthy = peers.Count(s => s.Status == ClusterView.ActiveStatus);
        var unhealthy = peers.Count(s => s.Status is "Dead");
        return TypedResults.Ok(new
        {
            ClusterStatus = Status(cluster),
            PeerCount = peers.Count,
            HealthyPeers = healthy,
            DegradedPeers = peers.Count - healthy - unhealthy,
            UnhealthyPeers = unhealthy,
            Quorum = new { cluster.Required, cluster.Active, cluster.Expected, cluster.HasQuorum },
            cluster.MembershipVersion,
            cluster.Silos,
        });
    }

    /// <summary>Ready = this silo may serve: the rollout's lease is held, which itself needs the database and a membership that counts us. In an emergency its gateway needs neither.</summary>
    private static IResult Ready(GatewayLease lease, IClusterMembershipService membership, ILocalSiloDetails silo, Drain drain, IsolationWatch watch, EmergencySwitch emergency)
    {
        var active = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress) == SiloStatus.Active;
        // Its gateway may still hold a lease that another silo has read for it; its sessions can commit nothing.
        var serves = active && lease.Held && watch.Present.Reason is null;
        var forwards = emergency.Current is not null;
        var status = drain.Leaving || !(serves || forwards) ? "unhealthy" : forwards ? "degraded" : "healthy";
        return TypedResults.Json(
            new { Status = status, SiloActive = active, LeaseHeld = lease.Held, Emergency = forwards, drain.Leaving, watch.Present.Reason }, GaiaJson.Options, statusCode: status == "unhealthy" ? 503 : 200);
    }

    private static async Task<IResult> SystemHealth(
        ClusterView cluster, GatewayLease lease, ISessionStore sessions, ILegacySessions legacy, ProcessClock process, CancellationToken cancellationToken)
    {
        var database = await Database(sessions, cancellationToken);
        var python = await legacy.Ping(cancellationToken);
        var checks = new
        {
            Database = database is null ? "unhealthy" : "healthy",
            Legacy = python ? "healthy" : "unhealthy",
            Cluster = Status(cluster),
            Replication = database is null ? "unhealthy" : database.Oldest > TimeSpan.FromMilliseconds(100) ? "degraded" : "healthy",
        };
        var status = database is null || !cluster.HasQuorum || !lease.Held ? "unhealthy"
            : python && checks.Cluster == "healthy" && checks.Replication == "healthy" ? "healthy" : "degraded";
        return TypedResults.Json(
            new { Status = status, Checks = checks, process.Version, UptimeS = Math.Round(process.Uptime.TotalSeconds) }, GaiaJson.Options, statusCode: status == "unhealthy" ? 503 : 200);
    }

    private static async Task<SyncLag?> Database(ISessionStore sessions, CancellationToken cancellationToken)
    {
        try
        {
            return await sessions.Lag(cancellationToken);
        }
        catch (Contracts.Problems.StorageUnavailableException)
        {
            return null;
        }
    }

    private static string Status(ClusterView cluster) => !cluster.HasQuorum ? "unhealthy" : cluster.Active < cluster.Expected ? "degraded" : "healthy";
}
