using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Contracts.Sessions;

/// <summary>No live session has this id on either side.</summary>
[GenerateSerializer, Alias("gaia.problem.unknown_session")]
public sealed class UnknownSessionException(string sessionId) : GaiaException($"There is no session '{sessionId}'.")
{
    public override string Code => "unknown_session";
    public override int Status => 404;
    [Id(0)] public string SessionId { get; } = sessionId;
}

/// <summary>A create met a live session of the same id.</summary>
[GenerateSerializer, Alias("gaia.problem.session_exists")]
public sealed class SessionExistsException(string sessionId) : GaiaException($"Session '{sessionId}' exists already.")
{
    public override string Code => "session_exists";
    public override int Status => 409;
    [Id(0)] public string SessionId { get; } = sessionId;
}

/// <summary>The expected version (If-Match) is not the current one.</summary>
[GenerateSerializer, Alias("gaia.problem.version_mismatch")]
public sealed class VersionMismatchException(string sessionId, long current)
    : GaiaException($"Session '{sessionId}' is at version {current}; read it again and repeat the change on what you see.")
{
    public override string Code => "version_mismatch";
    public override int Status => 412;
    [Id(0)] public string SessionId { get; } = sessionId;
    [Id(1)] public long Current { get; } = current;
}

/// <summary>The same idempotency key came with another request.</summary>
[GenerateSerializer, Alias("gaia.problem.idempotency_key_reused")]
public sealed class IdempotencyKeyReusedException(string key)
    : GaiaException($"Idempotency-Key '{key}' was used for another request; a new change needs a new key.")
{
    public override string Code => "idempotency_key_reused";
    public override int Status => 422;
    [Id(0)] public string Key { get; } = key;
}

/// <summary>The lead side definitely did not take the change: nothing changed on either side.</summary>
[GenerateSerializer, Alias("gaia.problem.lead_unavailable")]
public sealed class LeadUnavailableException(Side side, string reason) : GaiaException($"{side.Wire()} could not take the change: {reason}")
{
    public override string Code => "lead_unavailable";
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
    [Id(0)] public Side Side { get; } = side;
}

/// <summary>The change may or may not have taken effect; it is settled by sending it again, never by guessing.</summary>
[GenerateSerializer, Alias("gaia.problem.outcome_unknown")]
public sealed class OutcomeUnknownException(string sessionId, string reason)
    : GaiaException($"It is not known yet whether the change of '{sessionId}' took effect: {reason}. Repeat it with the same Idempotency-Key.")
{
    public override string Code => OutcomeUnknown;
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
    [Id(0)] public string SessionId { get; } = sessionId;
}

/// <summary>The request was routed under an older rollout epoch. The gateway refreshes and retries once; a client never sees it first.</summary>
/// <param name="begun">Legacy had been asked for the change, and may have done it; false = nothing of it was done.</param>
[GenerateSerializer, Alias("gaia.problem.stale_epoch")]
public sealed class StaleEpochException(long sent, long current, bool begun = false) : GaiaException($"The request came under epoch {sent}; the cluster is at {current}.")
{
    public override string Code => "closing";
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
    [Id(0)] public long Sent { get; } = sent;
    [Id(1)] public long Current { get; } = current;
    [Id(2)] public bool Begun { get; } = begun;
}
