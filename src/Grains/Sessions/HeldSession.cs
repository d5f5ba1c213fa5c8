using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What an activation holds of its session at one moment, and what a reader is shown of it. Immutable, so it may be read beside the session's turns.</summary>
/// <param name="LateUntil">Until when a request of ours may still arrive at legacy; 0 = none is expected, or legacy was looked at since.</param>
/// <param name="Incarnation">Of the rollout when the row was loaded, or when it was first read where that was not known; 0 = not known yet.</param>
internal sealed record HeldSession(SessionRow Row, long LateUntil, long Incarnation)
{
    /// <summary>While an intent stands legacy leads, and may have shown what it was asked for.</summary>
    public bool MayComeLate(long now) => LateUntil != 0 && Row.Intent is null && now < LateUntil;

    public bool LateIsDue(long now) => LateUntil != 0 && Row.InSync && now >= LateUntil;

    /// <summary>Legacy may show what one that came late left there: it may still come, or nobody has looked since.</summary>
    public bool LateIsOpen(long now) => MayComeLate(now) || LateIsDue(now);

    public SessionSnapshot Show(RolloutState rollout, long now)
    {
        var look = SessionRules.NeedsAdoption(Row, rollout) || SessionRules.IsOutdated(Row, rollout) || (LateIsDue(now) && SessionRules.Feeds(rollout));
        return new(Row.Version, Row.Document?.Utf8, Row.Behind || MayComeLate(now), look);
    }
}
