using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Checklist;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Gates;

/// <summary>Evidence that suffices, but for the windows: those are written by silos.</summary>
internal static class Proof
{
    public static readonly RunStatus Migrated = new() { Kind = "migrate", RunId = "m", State = RunState.Completed, Listed = 10, Done = 10, Migrated = 8, Skipped = 2, Generation = 1 };
    public static readonly RunStatus Verified = new() { Kind = "verify", RunId = "v", State = RunState.Completed, Listed = 10, Done = 10, Generation = 1 };

    public static readonly GateOptions Required = new()
    {
        SoakAt50 = TimeSpan.FromMinutes(30),
        SoakMonitoring = TimeSpan.FromMinutes(60),
        SoakAt100 = TimeSpan.FromMinutes(20),
        MinWrites = 100,
    };

    public static readonly Evidence Complete = new()
    {
        At = Some.Now,
        Required = Required,
        ActiveSilos = ["one", "three", "two"],
        ExpectedSilos = 3,
        Schema = new(12, 12, "0012_x"),
        SelfTest = ValidatorSelfTest.Run(DiffRules.Default),
        Migrate = Migrated,
        Verify = Verified,
        Lag = Pending(0),
        OpenValidationErrors = 0,
        Seen = GateSightings.None with { Scrapes = new[] { "one", "two", "three" }.ToDictionary(s => s, _ => Some.Now.AddSeconds(-15)) },
    };

    public static readonly Evidence Nothing = new() { At = Some.Now, Required = Required };

    /// <param name="seconds">How long the oldest has been.</param>
    public static SyncLag Pending(long pending, double seconds = 0) => new(pending, TimeSpan.FromSeconds(seconds), TimeSpan.Zero, TimeSpan.Zero, null);

    /// <summary>Everything that people could have said, said in this phase just now.</summary>
    public static Evidence Said(this Evidence evidence, RolloutPhase phase) => evidence with
    {
        Checklist = ChecklistLines.All.Where(l => l.Kind != LineKind.Gate).Select(l => l.Name).Append("conflict_strategy_set")
            .ToDictionary(name => name, name => new ChecklistRecord(name, true, "seen", "tester", Some.Now.AddSeconds(-1), phase)),
    };

    public static RolloutState In(RolloutPhase phase) => Some.Rollout(phase: phase, percentage: PhaseRules.PercentageIn(phase, 0)) with { PhaseSince = Some.Now.AddHours(-2), UpdatedAt = Some.Now.AddHours(-2) };

    public static GateVerdict Verdict(RolloutPhase leaving, string gate, Evidence evidence, RolloutState? state = null) =>
        PhaseGates.Leaving(leaving, state ?? In(leaving), evidence).Single(v => v.Gate == gate);
}
