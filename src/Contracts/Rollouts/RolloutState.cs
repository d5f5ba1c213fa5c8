using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;

namespace GaiaOrleans.Contracts.Rollouts;

/// <summary>The guide's phases, in their order.</summary>
[GenerateSerializer, Alias("gaia.rollout.phase")]
public enum RolloutPhase
{
    Preparation,
    DualWrite,
    GradualRollout,
    Monitoring,
    Cutover,
    Deprecation,
    Completed,
}

/// <summary>Which side must take a change first.</summary>
[GenerateSerializer, Alias("gaia.rollout.mode")]
public enum DualWriteMode
{
    /// <summary>The target commits, then legacy is sent the new state. The guide's <c>go_leads</c>, also spelled GAIA_GO_FIRST there.</summary>
    GoLeads,

    /// <summary>The intent is made durable, legacy takes the change, then the target commits it.</summary>
    PythonLeads,
}

/// <summary>How long a client waits for the follower.</summary>
[GenerateSerializer, Alias("gaia.rollout.ack")]
public enum AckPolicy
{
    /// <summary>For the follower's first attempt, bounded.</summary>
    Both,

    /// <summary>Not at all: the lead's commit is the answer.</summary>
    Leader,
}

/// <summary>
/// Cluster-wide dual-write settings. While <paramref name="Closing"/> is set the gateways hold new writes, so that turning it on or off
/// never races with a write routed under the other value, nor with a read that is: they hold until the new value is in force everywhere.
/// </summary>
[GenerateSerializer, Immutable, Alias("gaia.rollout.dual_write")]
public sealed record DualWriteSettings(
    [property: Id(0)] bool Enabled,
    [property: Id(1)] bool Closing,
    [property: Id(2)] DualWriteMode Mode,
    [property: Id(3)] AckPolicy Ack);

/// <summary>The rollout, as stored: one row, one epoch. Everything a gateway or a session needs to know about the migration's state.</summary>
/// <param name="Incarnation">Starts anew after a restore or break-glass; compared before the epoch.</param>
/// <param name="Epoch">+1 per change.</param>
/// <param name="FencedEpoch">The last epoch whose fence is known to be complete.</param>
/// <param name="Generation">+1 each time dual-write is turned on; rows of an older one are stale.</param>
/// <param name="GoPercentage">0–100 with at most two decimals.</param>
/// <param name="ConflictStrategy">What decides when somebody else changed a session on legacy that was changed here as well.</param>
/// <param name="Salt">Part of the placement hash; fixed for the life of the migration.</param>
/// <param name="PhaseSince">When the present phase began; what a gate counts, it counts from here.</param>
/// <param name="Paused">Why advances and runs are held; null when they are not.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.state")]
public sealed record RolloutState(
    [property: Id(0)] long Incarnation,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long FencedEpoch,
    [property: Id(3)] long Generation,
    [property: Id(4)] RolloutPhase Phase,
    [property: Id(5)] decimal GoPercentage,
    [property: Id(6)] DualWriteSettings DualWrite,
    [property: Id(7)] ConflictStrategy ConflictStrategy,
    [property: Id(8)] long Salt,
    [property: Id(9)] string? Paused,
    [property: Id(10)] DateTimeOffset UpdatedAt,
    [property: Id(11)] string UpdatedBy,
    [property: Id(12)] DateTimeOffset PhaseSince)
{
    /// <summary>Single sessions whose side was decided by hand; asked before the split.</summary>
    [Id(13)] public PinSet Pins { get; init; } = PinSet.None;

    /// <summary>From cutover on the target owns what a session is, whichever side serves it.</summary>
    public bool AfterCutover => Phase >= RolloutPhase.Cutover;

    /// <summary>Legacy is fed until the migration is declared complete, whatever clients see.</summary>
    public bool FeedsLegacy => Phase != RolloutPhase.Completed;

    /// <summary>The percentage of sessions that the target serves: none while dual-write is off before cutover, whatever the split says.</summary>
    public decimal ServedPercentage => DualWrite.Enabled || AfterCutover ? GoPercentage : 0;
}

/// <summary>One change of the rollout, as the audit keeps it.</summary>
/// <param name="From">The state before, for people to read; of a pin, what the session was routed by.</param>
/// <param name="To">As <paramref name="From"/>, after it.</param>
/// <param name="Verdicts">What the gates of an advance said, and of what; null where none was asked.</param>
/// <param name="Moved">How far the split went; null where it stayed, where a new incarnation began, and in entries of builds that did not note it.</param>
[GenerateSerializer, Immutable, Alias("gaia.rollout.history")]
public sealed record HistoryEntry(
    [property: Id(0)] long Epoch,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Actor,
    [property: Id(3)] string Action,
    [property: Id(4)] string? Reason,
    [property: Id(5)] string From,
    [property: Id(6)] string To,
    [property: Id(7)] bool Forced,
    [property: Id(8)] GateVerdict[]? Verdicts = null,
    [property: Id(9)] PercentageMove? Moved = null);

/// <summary>The percentage of sessions on the target before a change and after it, 0 to 100.</summary>
[GenerateSerializer, Immutable, Alias("gaia.rollout.percentage-move")]
public sealed record PercentageMove([property: Id(0)] decimal From, [property: Id(1)] decimal To);
