using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Windows;

/// <summary>The windows of some time, over all silos.</summary>
/// <param name="LagP95Ms">The highest that was measured; null = nobody measured.</param>
/// <param name="LagMaxMs">The same of the oldest change.</param>
/// <param name="Minutes">How many minutes anybody reported.</param>
/// <param name="Complete">How many of them every silo that was active then reported whole.</param>
public sealed record WindowSums(WindowCounts Counts, double? LagP95Ms, double? LagMaxMs, int Minutes, int Complete);

/// <summary>How much of a time counts for soaks.</summary>
/// <param name="Counts">All that was counted, in the minutes that do not count for a soak too.</param>
/// <param name="Counted">For each percentage in the order asked for: one minute for each that every silo active then reported whole, with that percentage at least all the while.</param>
/// <param name="Missing">Minutes that are over and that not every silo active then reported whole: they neither count nor reset anything.</param>
/// <param name="LastBreach">When a breach of the guard last stood, to the end of its minute, also when that is after this time: a clock that was set back does not undo it. Null = not since its beginning.</param>
public sealed record Soak(WindowCounts Counts, IReadOnlyList<TimeSpan> Counted, int Missing, DateTimeOffset? LastBreach);

/// <summary>One minute of the cluster, as far as it was reported.</summary>
/// <param name="Silos">How many silos reported it.</param>
/// <param name="GoPercentage">The lowest in force; 0 where a silo did not know.</param>
/// <param name="Breached">A breach of the guard stood.</param>
public sealed record WindowMinute(
    DateTimeOffset Minute, WindowCounts Counts, WindowLatencies Latencies, double? LagP95Ms, double? LagMaxMs, int Silos, bool Complete, decimal GoPercentage, RolloutPhase Phase, bool Breached);
