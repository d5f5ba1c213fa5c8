using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Conflicts;

/// <summary>What becomes of a session whose sides were found different while nothing of ours was under way.</summary>
public static class MendRules
{
    /// <param name="found">As <see cref="ConflictRules.Differences"/> found them.</param>
    /// <param name="absenceConfirmed">The session was gone from legacy some time ago already.</param>
    /// <returns>What to call it, and the row to commit; null = nothing to commit.</returns>
    public static (string Status, SessionRow? Next) Mend(
        SessionRow row, LegacyRead legacy, IReadOnlyList<ConflictEntry> found, MendScope scope, bool absenceConfirmed, RolloutState rollout, Moment moment)
    {
        if (row.Pending) return (SessionMend.Pending, null);
        if (row.Disputed) return (SessionMend.Conflicts, null);
        if (row.Version == 0 || SessionRules.NeedsAdoption(row, rollout)) return SessionRules.Adopt(row, legacy, rollout, "run", moment) is { } adopted ? (SessionMend.Adopted, adopted) : (SessionMend.Equal, null);
        if (found.Count == 0) return (SessionMend.Equal, null);
        var theirs = ConflictRules.ChangedByOthers(row, legacy);
        // A request of ours that came late: nobody decides between two states of which one is no longer anybody's.
        if (!theirs && legacy.Hash != row.LegacyHash) return (SessionMend.Settled, SessionRules.SendAgain(row, legacy, rollout, moment));
        if (scope == MendScope.PickUp && !theirs) return (SessionMend.Different, null);
        // What is not shown is not necessarily gone: a legacy that restarts, or restores a backup, shows less for a while.
        if (scope == MendScope.PickUp && legacy.Document is null && !absenceConfirmed) return (SessionMend.Absent, null);
        var takeOver = theirs && !rollout.AfterCutover && (legacy.Document is not null || scope == MendScope.PickUp);
        if (takeOver && SessionRules.Adopt(row, legacy, rollout, "run", moment) is { } taken) return (SessionMend.Adopted, taken);
        var next = ConflictRules.Confront(row, legacy, found, rollout, moment);
        return (next.Conflict is null ? SessionMend.Settled : SessionMend.Conflicts, next);
    }
}
