using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>A refusal that may pass (409), met again and again by one change. It is sent once more until that has gone on for so long that it is legacy's word.</summary>
/// <param name="Version">Of the change.</param>
/// <param name="Since">When it was met first, on whichever clock <c>now</c> is told by.</param>
public sealed record RefusedSends(long Version, int Times, TimeSpan Since)
{
    /// <summary>A minute of attempts, as far apart as <see cref="SessionRules.Backoff"/> has them: one that happens to fall into each of two short locks says nothing.</summary>
    public const int Enough = 8;

    /// <summary>What <paramref name="answer"/> comes to, and what to remember of it.</summary>
    /// <param name="before">Null = none yet.</param>
    public static (LegacyAnswer Answer, RefusedSends? Refused) Judge(RefusedSends? before, long version, LegacyAnswer answer, TimeSpan lasting, TimeSpan now)
    {
        // GAIA_HOME that was not reached has neither refused the change again nor taken it.
        if (answer is not LegacyAnswer.Failed { IfItLasts: { } refusal }) return (answer, before);
        var refused = before?.Version == version ? before with { Times = before.Times + 1 } : new(version, 1, now);
        return (refused.Times >= Enough && now - refused.Since >= lasting ? refusal : answer, refused);
    }
}
