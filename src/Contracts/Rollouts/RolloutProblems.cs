using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Contracts.Rollouts;

/// <summary>Gates stand in the way of the change. Nothing changed.</summary>
[GenerateSerializer, Alias("gaia.problem.blocked")]
public sealed class BlockedException(GateVerdict[] blockers, PhasePlan? plan = null)
    : GaiaException($"{blockers.Length} gate(s) do not pass: {string.Join(", ", blockers.Select(b => b.Gate))}.")
{
    public override string Code => "blocked";
    public override int Status => 409;
    [Id(0)] public GateVerdict[] Blockers { get; } = blockers;

    /// <summary>The whole of what was judged; null when no change of the phase was asked for.</summary>
    [Id(1)] public PhasePlan? Plan { get; } = plan;
}

/// <summary>The rollout has moved on since the caller looked.</summary>
[GenerateSerializer, Alias("gaia.problem.epoch_mismatch")]
public sealed class EpochMismatchException(long expected, RolloutState current)
    : GaiaException($"The rollout is at epoch {current.Epoch}, not {expected}; look again before changing it.")
{
    public override string Code => "epoch_mismatch";
    public override int Status => 412;
    [Id(0)] public long Expected { get; } = expected;
    [Id(1)] public RolloutState Current { get; } = current;
}

/// <summary>Dual-write cannot be turned off while one side lacks acknowledged changes.</summary>
[GenerateSerializer, Alias("gaia.problem.pending_writes")]
public sealed class PendingWritesException(long pending)
    : GaiaException($"{pending} session(s) have changes that GAIA_HOME has not acknowledged, or a request to it that was never answered and may still be carried out; wait for sync lag 0, up to a minute longer where one was not answered, and repeat.")
{
    public override string Code => "pending_writes";
    public override int Status => 409;
    [Id(0)] public long Pending { get; } = pending;
}

/// <summary>A registered gateway did not acknowledge a change that needs every one of them.</summary>
[GenerateSerializer, Alias("gaia.problem.gateway_unreachable")]
public sealed class GatewayUnreachableException(string[] gateways)
    : GaiaException($"These gateways did not acknowledge: {string.Join(", ", gateways)}. One that is alive has requests under way that GAIA_HOME takes long for: try again. A dead one is removed with DELETE /api/migration/gateways/{{id}}.")
{
    public override string Code => "gateway_unreachable";
    public override int Status => 409;
    [Id(0)] public string[] Gateways { get; } = gateways;
}

/// <summary>Dual-write is being turned on or off; writes are held for a moment.</summary>
[GenerateSerializer, Alias("gaia.problem.closing")]
public sealed class ClosingException() : GaiaException("Dual-write is being switched; repeat the write in a moment.")
{
    public override string Code => "closing";
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>This process cannot prove that what it knows of the rollout is still in force.</summary>
[GenerateSerializer, Alias("gaia.problem.lease_lost")]
public sealed class LeaseLostException() : GaiaException("The rollout state cannot be confirmed at the moment.")
{
    public override string Code => "lead_unavailable";
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>The audit needs a reason for this.</summary>
[GenerateSerializer, Alias("gaia.problem.reason_required")]
public sealed class ReasonRequiredException(string what) : GaiaException($"{what} needs a reason: give \"reason\" in the body.")
{
    public override string Code => "reason_required";
    public override int Status => 400;
}

/// <summary>The session is not pinned.</summary>
[GenerateSerializer, Alias("gaia.problem.unknown_pin")]
public sealed class UnknownPinException(string sessionId) : GaiaException($"Session '{sessionId}' is not pinned.")
{
    public override string Code => "unknown_pin";
    public override int Status => 404;
}
