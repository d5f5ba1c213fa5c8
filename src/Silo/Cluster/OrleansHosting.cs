using System.Net;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Runs;
using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>Orleans as this system runs it.</summary>
internal static class OrleansHosting
{
    private const string Invariant = "Npgsql";

    /// <summary>Membership, reminders and run state in PostgreSQL.</summary>
    public static void UsePostgresCluster(this ISiloBuilder silo, string connectionString)
    {
        // Membership has a pool of its own: session writes must not starve a heartbeat or a vote.
        var membership = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 5, ApplicationName = "gaia-membership", CommandTimeout = 5, Timeout = 5 }.ConnectionString;
        var storage = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 10, ApplicationName = "gaia-orleans" }.ConnectionString;
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, membership));
        silo.AddAdoNetGrainStorage(RunGrain.Storage, o => (o.Invariant, o.ConnectionString) = (Invariant, storage));
        silo.UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = (Invariant, storage));
    }

    public static void AddGaiaSilo(this ISiloBuilder silo, NodeOptions node, GaiaOptions gaia)
    {
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (gaia.ClusterId, gaia.ServiceId));
        silo.Configure<SiloOptions>(o => o.SiloName = node.SiloName);
        silo.Configure<EndpointOptions>(o => (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (IPAddress.Parse(node.AdvertisedAddress), node.SiloPort, node.GatewayPort));
        silo.Configure<SiloMessagingOptions>(o =>
        {
            o.ResponseTimeout = TimeSpan.FromSeconds(15);
            o.MaxEnqueuedRequestsHardLimit = 5_000;
            o.MaxRequestProcessingTime = TimeSpan.FromMinutes(2);
        });
        silo.Configure<ClusterMembershipOptions>(Detect);
        silo.AddDashboard(o => o.HideTrace = true);
    }

    /// <summary>
    /// A killed silo is voted out in about two seconds instead of twelve. MaxProbeTimeout matters most: a frozen peer is believed alive for that
    /// times the missed probes.
    /// </summary>
    private static void Detect(ClusterMembershipOptions o)
    {
        o.ProbeTimeout = TimeSpan.FromSeconds(1);
        o.MinProbeTimeout = TimeSpan.FromMilliseconds(500);
        o.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        o.NumMissedProbesLimit = 2;
        o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        o.MaxJoinAttemptTime = TimeSpan.FromMinutes(2);
    }
}
