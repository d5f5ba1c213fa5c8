using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Contracts.Rollouts;

/// <summary>Who asks, and why. The actor is the credential, never the body.</summary>
/// <param name="IsAdmin">For what a route alone cannot decide: forcing, and advancing by a split. The system's own callers may do both.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.caller")]
public sealed record Caller([property: Id(0)] string Actor, [property: Id(1)] string? Reason = null, [property: Id(2)] bool IsAdmin = true);

/// <summary>A new traffic split.</summary>
/// <param name="ExpectedEpoch">Refuse with 412 when the rollout has moved on.</param>
/// <param name="Force">Go past blockers; needs a reason.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.split_request")]
public sealed record SplitRequest(
    [property: Id(0)] decimal GoPercentage,
    [property: Id(1)] Caller Caller,
    [property: Id(2)] bool Force = false,
    [property: Id(3)] long? ExpectedEpoch = null);

/// <summary>Another phase: forward past every gate on the way, or back past none.</summary>
/// <param name="Force">Go past blockers; needs a reason.</param>
/// <param name="ExpectedEpoch">Refuse with 412 when the rollout has moved on.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.phase_request")]
public sealed record PhaseRequest(
    [property: Id(0)] RolloutPhase To,
    [property: Id(1)] Caller Caller,
    [property: Id(2)] bool Force = false,
    [property: Id(3)] long? ExpectedEpoch = null);

/// <summary>A change of the phase that is in force, and what its gates said.</summary>
[GenerateSerializer, Immutable, Alias("gaia.rollout.phase_change")]
public sealed record PhaseChange([property: Id(0)] PhasePlan Plan, [property: Id(1)] RolloutChange Change);

/// <summary>A change of dual-write; null leaves a setting as it is.</summary>
[GenerateSerializer, Immutable, Alias("gaia.rollout.dual_write_request")]
public sealed record DualWriteRequest(
    [property: Id(0)] bool? Enabled,
    [property: Id(1)] DualWriteMode? Mode,
    [property: Id(2)] AckPolicy? Ack,
    [property: Id(3)] Caller Caller,
    [property: Id(4)] ConflictStrategy? ConflictStrategy = null);

/// <summary>Back to <paramref name="ToPercentage"/>, without losing a write.</summary>
/// <param name="Force">Flip although GAIA_HOME does not answer.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.rollback_request")]
public sealed record RollbackRequest(
    [property: Id(0)] decimal ToPercentage,
    [property: Id(1)] Caller Caller,
    [property: Id(2)] bool Force = false);

/// <summary>A change that is in force: nothing is routed by an older epoch any more.</summary>
[GenerateSerializer, Immutable, Alias("gaia.rollout.change")]
public sealed record RolloutChange(
    [property: Id(0)] RolloutState State,
    [property: Id(1)] int GatewaysAcknowledged,
    [property: Id(2)] double TookMs);

/// <summary>A rollback's result, as it was when the split had flipped.</summary>
/// <param name="Drained">Legacy has every acknowledged change, and nothing that was sent to it is still to come.</param>
/// <param name="Pending">
/// Sessions that the target serves until legacy is sure to have them: on their way, refused by it or in conflict, or in sync while a request that it did
/// not answer may still be carried out there (<c>Sessions:LateRequests</c>). 0 and not drained: the database did not say.
/// </param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.rollback")]
public sealed record RollbackResult(
    [property: Id(0)] RolloutState State,
    [property: Id(1)] double TookMs,
    [property: Id(2)] bool Drained,
    [property: Id(3)] long Pending);

/// <summary>Has a session served by <paramref name="Side"/> until <paramref name="Until"/>, in place of an earlier pin of it.</summary>
/// <param name="Until">Null = until somebody removes it.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.pin_request")]
public sealed record PinRequest(
    [property: Id(0)] string SessionId,
    [property: Id(1)] Side Side,
    [property: Id(2)] DateTimeOffset? Until,
    [property: Id(3)] Caller Caller);
