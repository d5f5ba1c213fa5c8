using GaiaOrleans.Grains.Rollouts;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>What one silo asks another when it is not sure of itself.</summary>
[Alias("gaia.peer")]
public interface ILeaseWitness : IGrainService
{
    /// <summary>It may serve sessions: it has just read the database.</summary>
    [Alias("holds_lease")]
    Task<bool> HoldsLease();
}

/// <summary>One per silo.</summary>
public sealed class LeaseWitness(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory logging, SiloLease lease) : GrainService(id, silo, logging), ILeaseWitness
{
    public Task<bool> HoldsLease() => Task.FromResult(lease.Holds);
}

/// <summary>The way to a certain silo's <see cref="LeaseWitness"/>.</summary>
internal sealed partial class LeaseWitnesses(IServiceProvider services, TimeProvider time, ILogger<LeaseWitnesses> logger) : GrainServiceClient<ILeaseWitness>(services)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null = no answer.</summary>
    public async Task<bool?> HoldsLease(SiloAddress silo)
    {
        try
        {
            return await GetGrainService(silo).HoldsLease().WaitAsync(Patience, time);
        }
        // Whatever it is, it is no answer; and a silo in doubt must not fall over its own question.
        catch (Exception e)
        {
            LogNoAnswer(logger, silo, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Silo} does not say whether it reads the database: {Reason}")]
    private static partial void LogNoAnswer(ILogger logger, SiloAddress silo, string reason);
}
