using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// A refusal that may pass (409), met again and again by one session, whatever it is that is sent: a busy client changes it before a lock of a minute has ended. It is sent
/// once more until that has gone on for so long that it is legacy's word.
/// </summary>
/// <param name="Since">When it was met first, on whichever clock <c>now</c> is told by.</param>
public sealed record RefusedSends(int Times, TimeSpan Since)
{
    /// <summary>A minute of attempts, as far apart as <see cref="SessionRules.Backoff"/> has them: one that happens to fall into each of two short locks says nothing.</summary>
    public const int Enough = 8;

    /// <summary>What <paramref name="answer"/> comes to, and what to remember of it.</summary>
    /// <param name="before">Null = none yet.</param>
    public static (LegacyAnswer Answer, RefusedSends? Refused) Judge(RefusedSends? before, LegacyAnswer answer, TimeSpan lasting, TimeSpan now)
    {
        if (answer is LegacyAnswer.Applied) return (answer, null);
        // GAIA_HOME that was not reached has neither refused it again nor taken it.
        if (answer is not LegacyAnswer.Failed { IfItLasts: { } refusal }) return (answer, before);
        var refused = before is null ? new(1, now) : before with { Times = before.Times + 1 };
        // What is decided after that is sent as if it were the first.
        return refused.Times >= Enough && now - refused.Since >= lasting ? (refusal, null) : (answer, refused);
    }
}
