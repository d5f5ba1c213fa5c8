using GaiaOrleans.Chaos.Clients;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>What a fault may touch.</summary>
/// <param name="Network">Null = everything runs on the loopback interface, and nobody can be kept from anybody.</param>
/// <param name="Random">Of the schedule: how often it is asked decides what comes later.</param>
internal sealed record Scene(LocalCluster Cluster, TestNetwork? Network, Supervisor Supervisor, SiloControls Controls, Admin Admin, Random Random)
{
    public SiloProcess AnySilo() => Cluster.Silos[Random.Next(Cluster.Silos.Count)];

    /// <summary>Two different ones.</summary>
    public (SiloProcess, SiloProcess) AnySilos()
    {
        var first = Random.Next(Cluster.Silos.Count);
        return (Cluster.Silos[first], Cluster.Silos[(first + 1 + Random.Next(Cluster.Silos.Count - 1)) % Cluster.Silos.Count]);
    }
}
