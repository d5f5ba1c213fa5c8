namespace GaiaOrleans.Contracts.Problems;

/// <summary>
/// The root of everything this system refuses or fails to do. Each leaf carries the data an answer needs; each edge maps the
/// tree once (RFC 9457 problem details over HTTP).
/// </summary>
[GenerateSerializer, Alias("gaia.problem")]
public abstract class GaiaException(string message) : Exception(message)
{
    /// <summary>The stable code of the problem, as listed in the HTTP API.</summary>
    public abstract string Code { get; }

    /// <summary>The code of what may have taken effect, or may yet.</summary>
    protected const string OutcomeUnknown = "outcome_unknown";

    /// <summary>Whether what was asked may have taken effect all the same: by its code, or as a problem that is no code of ours knows by itself. Where it says no, nothing has.</summary>
    public virtual bool MayHaveTakenEffect => Code == OutcomeUnknown;

    /// <summary>The HTTP status it is answered with.</summary>
    public abstract int Status { get; }

    /// <summary>When a repetition may succeed; null when repeating it unchanged cannot help.</summary>
    public virtual TimeSpan? RetryAfter => null;
}
