using GaiaOrleans.Grains.Rollouts;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>What one silo asks another when it is not sure of itself.</summary>
[Alias("gaia.peer")]
public interface IPeerService : IGrainService
{
    /// <summary>It may serve sessions: it has just read the database.</summary>
    [Alias("holds_lease")]
    Task<bool> HoldsLease();
}

/// <summary>One per silo.</summary>
public sealed class PeerService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory logging, SiloLease lease) : GrainService(id, silo, logging), IPeerService
{
    public Task<bool> HoldsLease() => Task.FromResult(lease.Holds);
}

/// <summary>The way to a certain silo's <see cref="PeerService"/>.</summary>
internal sealed class Peers(IServiceProvider services, TimeProvider time) : GrainServiceClient<IPeerService>(services)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null = no answer.</summary>
    public async Task<bool?> HoldsLease(SiloAddress silo)
    {
        try
        {
            return await GetGrainService(silo).HoldsLease().WaitAsync(Patience, time);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }
}
