using System.Globalization;
using Orleans.Configuration;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>How a cluster finds out that a silo is gone, as environment of its processes.</summary>
internal static class DetectionSettings
{
    /// <summary>As this system ships.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Shipped = new Dictionary<string, string?>();

    /// <summary>What Orleans does where nothing is set.</summary>
    public static IReadOnlyDictionary<string, string?> OrleansDefaults
    {
        get
        {
            var (membership, client) = (new ClusterMembershipOptions(), new GatewayOptions());
            return new Dictionary<string, string?>
            {
                ["Cluster__ProbeTimeout"] = $"{membership.ProbeTimeout}",
                ["Cluster__MinProbeTimeout"] = $"{membership.MinProbeTimeout}",
                ["Cluster__MaxProbeTimeout"] = $"{membership.MaxProbeTimeout}",
                ["Cluster__MissedProbes"] = membership.NumMissedProbesLimit.ToString(CultureInfo.InvariantCulture),
                ["Cluster__TableRefresh"] = $"{membership.TableRefreshTimeout}",
                ["Cluster__Heartbeat"] = $"{membership.IAmAliveTablePublishTimeout}",
                ["Gaia__SilosRefresh"] = $"{client.GatewayListRefreshPeriod}",
            };
        }
    }
}
