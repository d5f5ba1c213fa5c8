using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Gateway.Problems;

/// <summary>A silo died or did not answer in time while it worked on the request.</summary>
public sealed class InterruptedException() : GaiaException("The silo that worked on this request was lost; whether a change took effect is not known. Repeat it with the same Idempotency-Key.")
{
    public override string Code => OutcomeUnknown;
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>With dual-write off a change was passed on to GAIA_HOME, which did not answer. It keeps no idempotency keys.</summary>
public sealed class ForwardedUnansweredException(string reason)
    : GaiaException($"GAIA_HOME was asked and did not answer ({reason}); whether the change took effect is not known. Read the session before you repeat it: GAIA_HOME knows no Idempotency-Key.")
{
    public override string Code => OutcomeUnknown;
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>The same of a request that only asks: there is no outcome to be unsure of.</summary>
public sealed class UnansweredException() : GaiaException("The silo that worked on this request was lost. Nothing was changed; ask again.")
{
    public override string Code => "lead_unavailable";
    public override int Status => 503;
    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(1);
}

/// <summary>More headers, or larger ones, than this process reads. Nothing was done.</summary>
public sealed class HeadersTooLargeException(string message) : GaiaException(message)
{
    public override string Code => "headers_too_large";
    public override int Status => 431;
}

/// <summary>The request's body came so slowly that nobody waits for its end. Nothing was done.</summary>
public sealed class TooSlowException() : GaiaException("The body came too slowly: less than 240 bytes a second.")
{
    public override string Code => "request_timeout";
    public override int Status => 408;
}

/// <summary>A path and query longer than this process reads. Nothing was done.</summary>
public sealed class TargetTooLongException(int most) : GaiaException($"Path and query are longer than {most} bytes (Limits:TargetBytes).")
{
    public override string Code => "target_too_long";
    public override int Status => 414;
}

/// <summary>A defect. The log has the details; the caller gets none.</summary>
public sealed class UnexpectedException() : GaiaException("The request failed for a reason this server did not expect; its log says more.")
{
    public override string Code => "internal_error";
    public override int Status => 500;
}
