using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Sessions;

/// <summary>GAIA_HOME, which alone answered this call, refused it, failed, or answered with something that is no session.</summary>
/// <param name="mayHaveTakenEffect">It was asked to change something, and this answer does not say that it has not.</param>
public sealed class LegacyAnswerException(int status, string answer, bool mayHaveTakenEffect = false)
    : GaiaException($"GAIA_HOME answered {status}: {(answer.Length <= Most ? answer : answer[..Most] + "…")}")
{
    private const int Most = 500;

    public override string Code => "legacy_answer";

    /// <summary>As GAIA_HOME answered.</summary>
    public override int Status => status;

    public override TimeSpan? RetryAfter => status is 429 or 503 ? TimeSpan.FromSeconds(1) : null;

    public override bool MayHaveTakenEffect => mayHaveTakenEffect;

    /// <summary>The whole of it.</summary>
    public string Answer => answer;
}
