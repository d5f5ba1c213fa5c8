using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Windows;

/// <summary>What one silo adds to its row of a minute.</summary>
/// <param name="Silo">One start of one silo: its next start is another.</param>
/// <param name="FromStart">It has reported without a gap since before the minute began.</param>
/// <param name="Closes">The minute before this one, which it has reported to its end.</param>
/// <param name="Noise">How often each comparison rule excused a difference in spelling.</param>
public sealed record WindowReport(
    string Silo, DateTimeOffset Minute, bool FromStart, DateTimeOffset? Closes, InForce InForce, WindowCounts Counts, WindowLatencies Latencies,
    IReadOnlyDictionary<string, long> Noise, double LagP95Ms, double LagMaxMs);

/// <summary>What was in force since the report before.</summary>
/// <param name="LowestPercentage">0 when the silo could not know.</param>
/// <param name="ActiveSilos">The most silos that the membership counted as active.</param>
public sealed record InForce(decimal LowestPercentage, RolloutPhase Phase, int ActiveSilos);
