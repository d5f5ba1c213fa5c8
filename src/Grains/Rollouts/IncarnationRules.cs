using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>
/// A new incarnation: legacy has gone on without this cluster. Legacy leads, dual-write is off, every row is read anew before it is used, and what
/// was pending is set aside for an operator. PostgreSQL does the same in one function, which a restore calls as well.
/// </summary>
public static class IncarnationRules
{
    /// <summary>Where everything is forwarded anyway, legacy was never left alone; and once complete it serves nobody.</summary>
    public static bool Needed(RolloutState state) => (state.DualWrite.Enabled || state.AfterCutover) && state.Phase != RolloutPhase.Completed;

    public static RolloutStep Begin(RolloutState state, Caller caller, DateTimeOffset now)
    {
        var completed = state.Phase == RolloutPhase.Completed;
        return RolloutRules.Step(state, state with
        {
            Incarnation = state.Incarnation + 1,
            Generation = state.Generation + 1,
            DualWrite = state.DualWrite with { Enabled = false, Closing = false },
            Phase = completed || state.Phase == RolloutPhase.Preparation ? state.Phase : RolloutPhase.DualWrite,
            GoPercentage = completed ? 100 : 0,
        }, "incarnation", caller, false, now);
    }

    /// <summary>Nothing is on its way any more, and what was sent before is no echo: legacy showing it now is what clients did there.</summary>
    public static SessionRow Forget(SessionRow row, bool completed, long incarnation, DateTimeOffset now)
    {
        if (!row.Behind && row.Intent is null && row.RecentSends.IsEmpty) return row;
        var lacking = row.LegacyVersion < row.Version && !completed;
        return row with
        {
            Conflict = lacking ? null : row.Conflict,
            Log = lacking ? SetAside.Lines(row, incarnation, now) : [],
            // Whatever legacy shows is taken over before the session is used.
            LegacyVersion = lacking ? row.Version : row.LegacyVersion,
            LegacyHash = lacking ? null : row.LegacyHash,
            Intent = null,
            Rejected = null,
            RecentSends = [],
            PendingSince = null,
            NextAttemptAt = null,
            Attempts = 0,
            LeaseOwner = null,
            CommitId = Guid.CreateVersion7(),
        };
    }
}
