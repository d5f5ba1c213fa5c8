using GaiaOrleans.Chaos.Clients;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>What a fault may touch.</summary>
/// <param name="Network">Null = everything runs on the loopback interface, and nobody can be kept from anybody.</param>
/// <param name="Random">Of the schedule: how often it is asked decides what comes later.</param>
internal sealed record Scene(LocalCluster Cluster, TestNetwork? Network, Supervisor Supervisor, SiloControls Controls, Admin Admin, Random Random)
{
    /// <exception cref="InvalidOperationException">It is down: nothing more can befall it.</exception>
    public SiloProcess AnySilo() => Up(Cluster.Silos[Random.Next(Cluster.Silos.Count)]);

    /// <summary>Two different ones.</summary>
    /// <inheritdoc cref="AnySilo" path="/exception"/>
    public (SiloProcess, SiloProcess) AnySilos()
    {
        var first = Random.Next(Cluster.Silos.Count);
        return (Up(Cluster.Silos[first]), Up(Cluster.Silos[(first + 1 + Random.Next(Cluster.Silos.Count - 1)) % Cluster.Silos.Count]));
    }

    private static SiloProcess Up(SiloProcess silo) => silo.HasExited ? throw new InvalidOperationException($"{silo.Name} is down already") : silo;
}
