using System.Net;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Runs;
using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Storage;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>Orleans as this system runs it.</summary>
internal static class OrleansHosting
{
    private const string Invariant = "Npgsql";
    private const string BareStorage = "bare";

    /// <summary>Membership, reminders and run state in PostgreSQL.</summary>
    public static void UsePostgresCluster(this ISiloBuilder silo, string connectionString)
    {
        // Membership has a pool of its own: session writes must not starve a heartbeat or a vote. Orleans' statements, as ours, leave nothing on a connection.
        var membership = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 5, ApplicationName = "gaia-membership", CommandTimeout = 5, Timeout = 5, NoResetOnClose = true }.ConnectionString;
        var storage = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 10, ApplicationName = "gaia-orleans", NoResetOnClose = true }.ConnectionString;
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Invariant, membership));
        silo.AddAdoNetGrainStorage(BareStorage, o => (o.Invariant, o.ConnectionString) = (Invariant, storage));
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            RunGrain.Storage, (services, _) => new PatientGrainStorage(services.GetRequiredKeyedService<IGrainStorage>(BareStorage), services.GetRequiredService<TimeProvider>()));
        silo.UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = (Invariant, storage));
    }

    public static void AddGaiaSilo(this ISiloBuilder silo, NodeOptions node, GaiaOptions gaia, DetectionOptions detection)
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
        silo.Configure<ClusterMembershipOptions>(o => Detect(o, detection));
        KnowOneActivation(silo);
        silo.AddGrainService<LeaseWitness>();
        silo.AddDashboard(o => o.HideTrace = true);
    }

    /// <summary>
    /// Orleans' default directory is eventually consistent: when a silo joins it can know two activations of a session for a moment, and reads come from
    /// memory (dotnet/orleans issues 5112 and 9074). This one is linearizable among the silos that live, and keeps the activations of a lost partition.
    /// What a silo that was declared dead may still answer is <see cref="Grains.Rollouts.DeadSiloLeases"/>'s concern, which holds up changes only: the
    /// directory's own lease would hold up reads as well.
    /// </summary>
    private static void KnowOneActivation(ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP003 // Experimental by name; no other directory within Orleans gives this guarantee.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(o => o.RangeLeaseDuration = TimeSpan.Zero);
    }

    private static void Detect(ClusterMembershipOptions o, DetectionOptions detection)
    {
        o.ProbeTimeout = detection.ProbeTimeout;
        o.MinProbeTimeout = detection.MinProbeTimeout;
        o.MaxProbeTimeout = detection.MaxProbeTimeout;
        o.NumMissedProbesLimit = detection.MissedProbes;
        o.TableRefreshTimeout = detection.TableRefresh;
        o.IAmAliveTablePublishTimeout = detection.Heartbeat;
        o.MaxJoinAttemptTime = TimeSpan.FromMinutes(2);
    }
}
