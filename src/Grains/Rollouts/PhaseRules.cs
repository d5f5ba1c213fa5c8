using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Which percentages a phase may have: preparation and dual_write 0, gradual_rollout and monitoring up to 50, cutover up to 100, then 100.</summary>
public static class PhaseRules
{
    /// <summary>
    /// The phase whose range holds the percentage: going up enters the phase, going down leaves those that cannot hold it, so that their
    /// soaks start again.
    /// </summary>
    public static RolloutPhase PhaseOf(RolloutPhase phase, decimal percentage) => percentage switch
    {
        0 => phase == RolloutPhase.Preparation ? RolloutPhase.Preparation : RolloutPhase.DualWrite,
        <= 50 => phase is RolloutPhase.GradualRollout or RolloutPhase.Monitoring ? phase : RolloutPhase.GradualRollout,
        < 100 => RolloutPhase.Cutover,
        _ => phase > RolloutPhase.Cutover ? phase : RolloutPhase.Cutover,
    };

    /// <summary>The present percentage where the phase can hold it; else the guide's first step of the phase, or on the way back the most it can hold.</summary>
    public static decimal PercentageIn(RolloutPhase phase, decimal present) => phase switch
    {
        RolloutPhase.Preparation or RolloutPhase.DualWrite => 0,
        RolloutPhase.GradualRollout => present == 0 ? 10 : Math.Min(present, 50),
        RolloutPhase.Monitoring => present == 0 ? 50 : Math.Min(present, 50),
        RolloutPhase.Cutover => present > 50 ? present : 100,
        _ => 100,
    };
}
