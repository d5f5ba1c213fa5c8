namespace GaiaOrleans.Contracts.Problems;

/// <summary>A queue is full. Nothing was accepted; the same request may be repeated.</summary>
[GenerateSerializer, Alias("gaia.problem.overloaded")]
public sealed class OverloadedException(string message) : GaiaException(message)
{
    public override string Code => "rate_limited";
    public override int Status => 429;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>GAIA_HOME did not answer a request that cannot go on without it.</summary>
[GenerateSerializer, Alias("gaia.problem.legacy_unavailable")]
public sealed class LegacyUnavailableException(string message) : GaiaException(message)
{
    public override string Code => "legacy_unavailable";
    public override int Status => 409;
}

/// <summary>The database did not answer; what was asked did not happen, or is being settled under its commit id.</summary>
[GenerateSerializer, Alias("gaia.problem.storage_unavailable")]
public sealed class StorageUnavailableException(string message) : GaiaException(message)
{
    public override string Code => "lead_unavailable";
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>The database did not say whether it stored what was asked, or something of it is stored and the rest failed.</summary>
[GenerateSerializer, Alias("gaia.problem.change_unknown")]
public sealed class ChangeUnknownException(string reason) : GaiaException($"It is not known whether the change took effect: {reason}. See what is in force, or ask for it again.")
{
    public override string Code => OutcomeUnknown;
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>A body over the limit, or a change that would make a session too large. Nothing was changed.</summary>
[GenerateSerializer, Alias("gaia.problem.too_large")]
public sealed class TooLargeException(string message) : GaiaException(message)
{
    public override string Code => "too_large";
    public override int Status => 413;
}
