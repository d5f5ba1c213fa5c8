using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The rollout as one silo may believe it.</summary>
/// <param name="SiloActive">The cluster's membership still counts the asking silo as alive.</param>
/// <param name="At">By the store's clock.</param>
public sealed record RolloutReading(RolloutState State, bool SiloActive, DateTimeOffset At);

/// <summary>How far the store's schema is.</summary>
/// <param name="Expected">How many scripts this build has.</param>
/// <param name="Latest">The last one that was applied.</param>
public sealed record SchemaReading(long Applied, long Expected, string Latest);

/// <summary>Where the one rollout row, its history and its gateways live. The row is the authority; whoever changes it wins by compare-and-swap.</summary>
/// <exception cref="StorageUnavailableException">Thrown by every member: the database did not answer, and nothing was stored.</exception>
/// <exception cref="ChangeUnknownException">Thrown by every member that changes something: the database did not say whether it did.</exception>
public interface IRolloutStore
{
    Task<RolloutReading> Read(CancellationToken cancellationToken);

    Task<SchemaReading> Schema(CancellationToken cancellationToken);

    /// <summary>Stores <paramref name="next"/>, its history entry and its event in one transaction, if the stored epoch is still <c>next.Epoch - 1</c>.</summary>
    /// <exception cref="EpochMismatchException">Somebody else was first; carries the present state.</exception>
    /// <exception cref="PendingWritesException">It turns dual-write off before cutover, and legacy lacks something by now, or may be made to; nothing was changed.</exception>
    Task Change(RolloutState next, HistoryEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Begins the incarnation after <paramref name="present"/>, with everything that <see cref="IncarnationRules"/> says of the state and of the rows, in one
    /// transaction. It may take minutes, and who asked may have asked again: where a later one has begun meanwhile nothing is changed.
    /// </summary>
    /// <returns>The state from now on.</returns>
    Task<RolloutState> BeginIncarnation(long present, Caller caller, CancellationToken cancellationToken);

    /// <summary>Remembers that nothing is routed by an epoch older than this any more.</summary>
    Task MarkFenced(long epoch, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<HistoryEntry>> History(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Of the history what moved the split, paused, resumed or asked the gates, newest first. What is decided by one of these finds it here: pins are entries
    /// too, and there may be more of them since than anybody reads.
    /// </summary>
    async Task<IReadOnlyList<HistoryEntry>> Milestones(int limit, CancellationToken cancellationToken) =>
        [.. (await History(int.MaxValue, cancellationToken)).Where(entry => entry.Moved is not null || entry.Verdicts is not null || entry.Action is "pause" or "resume").Take(limit)];

    /// <summary>Makes a gateway known, serialised with <see cref="Change"/>; answers the state it may serve by.</summary>
    Task<RolloutState> Register(GatewayRegistration gateway, CancellationToken cancellationToken);

    Task<IReadOnlyList<GatewayView>> Gateways(CancellationToken cancellationToken);

    /// <summary>Forgets a gateway; one that nobody knows is forgotten already.</summary>
    Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken);
}
