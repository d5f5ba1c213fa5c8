using System.Collections.Immutable;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Windows;

/// <summary>What one silo adds to its row of a minute.</summary>
/// <param name="Silo">One start of one silo: its next start is another.</param>
/// <param name="FromStart">It has reported without a gap since before the minute began.</param>
/// <param name="Closes">The minute before this one, which it has reported to its end.</param>
/// <param name="Noise">How often each comparison rule excused a difference in spelling.</param>
/// <param name="Again">
/// The store's clock may have been set back to this minute: what anybody reported of it and of later ones was of another time, and none of
/// that is whole. Null = it has run on.
/// </param>
public sealed record WindowReport(
    string Silo, DateTimeOffset Minute, bool FromStart, DateTimeOffset? Closes, InForce InForce, WindowCounts Counts, WindowLatencies Latencies,
    IReadOnlyDictionary<string, long> Noise, double LagP95Ms, double LagMaxMs, DateTimeOffset? Again = null);

/// <summary>What was in force since the report before.</summary>
/// <param name="LowestPercentage">0 when the silo could not know.</param>
/// <param name="Alive">The silos, one start of each, that may have been active. Each has to report a minute before it is complete.</param>
public sealed record InForce(decimal LowestPercentage, RolloutPhase Phase, ImmutableSortedSet<string> Alive);
