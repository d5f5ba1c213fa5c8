using GaiaOrleans.Contracts.Gateways;
using Orleans.Concurrency;

namespace GaiaOrleans.Contracts.Rollouts;

/// <summary>
/// The one rollout of this cluster (key <see cref="Key"/>): the coordinator of every change of the split, the phase and dual-write.
/// The stored row is the authority. When a change has returned, nothing is routed by an older epoch.
/// </summary>
/// <exception cref="Problems.StorageUnavailableException">Thrown by every member: the database did not answer, and nothing was changed.</exception>
/// <exception cref="Problems.ChangeUnknownException">Thrown by every change: it may be stored, or what had to come before it is. What is stored is finished without being asked for again.</exception>
[Alias("gaia.rollout")]
public interface IRolloutGrain : IGrainWithStringKey
{
    const string Key = "rollout";

    /// <summary>The rollout as stored.</summary>
    [AlwaysInterleave, Alias("get")]
    Task<RolloutState> Get(CancellationToken cancellationToken = default);

    /// <summary>Newest first.</summary>
    [AlwaysInterleave, Alias("history")]
    Task<HistoryEntry[]> History(int limit, CancellationToken cancellationToken = default);

    /// <summary>Changes the percentage. Asking for the present value changes nothing and succeeds.</summary>
    /// <exception cref="BlockedException">A gate stands in the way and the caller does not force it.</exception>
    /// <exception cref="EpochMismatchException">Somebody else was first.</exception>
    [Alias("split")]
    Task<RolloutChange> Split(SplitRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes the phase, and the percentage where the phase cannot hold it. Asking for the present phase changes nothing and succeeds.
    /// Preparation is no way back, and completion is a call of its own.
    /// </summary>
    /// <exception cref="BlockedException">A gate stands in the way and the caller does not force it.</exception>
    /// <exception cref="EpochMismatchException">Somebody else was first.</exception>
    [Alias("phase")]
    Task<PhaseChange> Phase(PhaseRequest request, CancellationToken cancellationToken = default);

    /// <summary>Changes dual-write. Turning it on or off before cutover goes through <c>closing</c> and needs every registered gateway.</summary>
    /// <exception cref="GatewayUnreachableException">The old value stays.</exception>
    /// <exception cref="PendingWritesException">Turning off before cutover with changes outstanding.</exception>
    [Alias("dual_write")]
    Task<RolloutChange> SetDualWrite(DualWriteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lowers the percentage without losing a write; repeatable.</summary>
    /// <exception cref="Problems.LegacyUnavailableException">GAIA_HOME does not answer and the caller does not force it.</exception>
    [Alias("rollback")]
    Task<RollbackResult> Rollback(RollbackRequest request, CancellationToken cancellationToken = default);

    /// <summary>Holds every advance and every run until <see cref="Resume"/>; going back stays possible. Repeating it keeps the first reason.</summary>
    /// <exception cref="ReasonRequiredException">The audit needs one.</exception>
    [Alias("pause")]
    Task<RolloutChange> Pause(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Ends a pause; nothing happens when there is none.</summary>
    /// <exception cref="ReasonRequiredException">The audit needs one.</exception>
    [Alias("resume")]
    Task<RolloutChange> Resume(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>The point of no return: reverse sync stops, nothing is adopted from GAIA_HOME, and nothing leads back. Repeating it succeeds.</summary>
    /// <exception cref="BlockedException">A gate does not pass, or something is pending, in conflict, or not served by the target. There is no forcing it.</exception>
    /// <exception cref="GatewayUnreachableException">It needs every registered gateway.</exception>
    [Alias("complete")]
    Task<RolloutChange> Complete(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Has one session served by a side of the caller's choice, whatever the split says.</summary>
    /// <exception cref="ReasonRequiredException">The audit needs one.</exception>
    /// <exception cref="BlockedException">The side cannot serve it as things are, or there are too many pins.</exception>
    [Alias("pin")]
    Task<RolloutChange> Pin(PinRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gives the session back to the split.</summary>
    /// <exception cref="UnknownPinException">It is not pinned.</exception>
    [Alias("unpin")]
    Task<RolloutChange> Unpin(string sessionId, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Legacy was left alone, by a gateway in emergency or because what is stored here is of the past: legacy leads, dual-write is off, every row is
    /// read anew before it is used, and what was pending becomes an open conflict each. Where legacy leads already, nothing changes.
    /// </summary>
    [Alias("incarnation")]
    Task<RolloutState> BeginIncarnation(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Makes a gateway known before it serves; repeated as a heartbeat. Answers what it may serve by.</summary>
    [AlwaysInterleave, Alias("register")]
    Task<RolloutGrant> Register(GatewayRegistration gateway, IGatewayObserver observer, CancellationToken cancellationToken = default);

    /// <summary>The registered gateways.</summary>
    [AlwaysInterleave, Alias("gateways")]
    Task<GatewayView[]> Gateways(CancellationToken cancellationToken = default);

    /// <summary>Forgets a gateway that is gone for good, so that dual-write changes stop waiting for it.</summary>
    [Alias("remove_gateway")]
    Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken = default);
}

/// <summary>The rollout as a gateway asks for it through a silo of its choice. The source of every gateway's lease.</summary>
[Alias("gaia.rollout.reader")]
public interface IRolloutReaderGrain : IGrainWithIntegerKey
{
    /// <summary>The row as it is in the database now.</summary>
    [Alias("read")]
    Task<RolloutGrant> Read(CancellationToken cancellationToken = default);

    /// <summary>Passes a registration on to <see cref="IRolloutGrain"/>: a client reaches that one through one silo, which may be in trouble of its own, and this way through another.</summary>
    [Alias("register")]
    Task<RolloutGrant> Register(GatewayRegistration gateway, IGatewayObserver observer, CancellationToken cancellationToken = default);
}

/// <summary>What a gateway may route by, and for how long.</summary>
/// <param name="Lease">Counted from before the question. A change of the rollout waits no longer than this for a gateway that does not answer.</param>
/// <param name="StoreTime">The store's clock when it was answered; null = not known.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.grant")]
public sealed record RolloutGrant([property: Id(0)] RolloutState State, [property: Id(1)] TimeSpan Lease, [property: Id(2)] DateTimeOffset? StoreTime = null);
