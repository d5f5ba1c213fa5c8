using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
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

    /// <inheritdoc cref="PresentSessions.Release"/>
    [Alias("release")]
    Task<bool> Release(string session);

    /// <summary>The same of another silo, for one that does not reach it.</summary>
    /// <returns>Null = that one does not answer here either.</returns>
    [Alias("release_of")]
    Task<bool?> ReleaseOf(SiloAddress other, string session);
}

/// <summary>One per silo.</summary>
public sealed class LeaseWitness(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory logging, SiloLease lease, PresentSessions present, IServiceProvider services) : GrainService(id, silo, logging), ILeaseWitness
{
    public Task<bool> HoldsLease() => Task.FromResult(lease.Holds);

    public Task<bool> Release(string session) => present.Release(session);

    public Task<bool?> ReleaseOf(SiloAddress other, string session) => services.GetRequiredService<LeaseWitnesses>().Release(other, session);
}

/// <summary>The way to a certain silo's <see cref="LeaseWitness"/>. Null = no answer.</summary>
internal sealed partial class LeaseWitnesses(IServiceProvider services, IClusterMembershipService membership, ILocalSiloDetails silo, TimeProvider time, ILogger<LeaseWitnesses> logger)
    : GrainServiceClient<ILeaseWitness>(services)
{
    private static readonly TimeSpan LeasePatience = TimeSpan.FromSeconds(2);

    /// <summary>A client waits.</summary>
    internal TimeSpan ReleasePatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Those that serve, but for this one.</summary>
    public IEnumerable<SiloAddress> Others() => Others(status => status == SiloStatus.Active);

    /// <summary>Those that may have sessions: also one that is leaving has them until it is gone.</summary>
    public IEnumerable<SiloAddress> Holders() => Others(status => status is not (SiloStatus.None or SiloStatus.Created or SiloStatus.Dead));

    public Task<bool?> HoldsLease(SiloAddress other) => Asked(other, async peer => await peer.HoldsLease(), LeasePatience);

    /// <inheritdoc cref="ILeaseWitness.Release"/>
    public Task<bool?> Release(SiloAddress other, string session) => Asked(other, async peer => await peer.Release(session), ReleasePatience);

    /// <inheritdoc cref="ILeaseWitness.ReleaseOf"/>
    public Task<bool?> ReleaseThrough(SiloAddress witness, SiloAddress other, string session) => Asked(witness, peer => peer.ReleaseOf(other, session), ReleasePatience);

    private IEnumerable<SiloAddress> Others(Func<SiloStatus, bool> which) =>
        membership.CurrentSnapshot.Members.Values.Where(m => which(m.Status) && !m.SiloAddress.Equals(silo.SiloAddress)).Select(m => m.SiloAddress);

    private async Task<bool?> Asked(SiloAddress other, Func<ILeaseWitness, Task<bool?>> question, TimeSpan patience)
    {
        try
        {
            return await question(GetGrainService(other)).WaitAsync(patience, time);
        }
        // Whatever it is, it is no answer; and a silo in doubt must not fall over its own question.
        catch (Exception e)
        {
            LogNoAnswer(logger, other, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Silo} does not answer a question about its lease or its sessions: {Reason}")]
    private static partial void LogNoAnswer(ILogger logger, SiloAddress silo, string reason);
}
