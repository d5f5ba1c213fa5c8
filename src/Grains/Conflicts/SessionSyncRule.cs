using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Conflicts;

/// <summary>When the target's state may be forced upon legacy.</summary>
public static class SessionSyncRule
{
    /// <summary>Null = it may. While everything is forwarded legacy is the truth, and after the end it is not fed any more.</summary>
    public static BlockedException? Refusal(RolloutState rollout)
    {
        if (!rollout.FeedsLegacy) return new([new("completed", GateStatus.Fail, "the migration is complete, GAIA_HOME is not fed any more", "a migration that is not complete")]);
        return rollout.DualWrite.Enabled || rollout.AfterCutover ? null : new([new("dual_write_enabled", GateStatus.Fail, "off: clients write to GAIA_HOME alone", "on")]);
    }
}
