using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Gates;

/// <summary>What the gates look at, collected at one moment. Null or missing = nobody knows, which never passes.</summary>
public sealed record Evidence
{
    public required DateTimeOffset At { get; init; }

    public required GateOptions Required { get; init; }

    /// <summary>Soaks are seconds, what people say is taken as given, and what lacks a sample does not hold.</summary>
    public bool Rehearsal { get; init; }

    /// <summary>The names of the silos that membership counts as active.</summary>
    public IReadOnlyList<string> ActiveSilos { get; init; } = [];

    public int ExpectedSilos { get; init; } = int.MaxValue;

    public SchemaReading? Schema { get; init; }

    public SelfTestResult? SelfTest { get; init; }

    public RunStatus? Migrate { get; init; }

    public RunStatus? Verify { get; init; }

    public SyncLag? Lag { get; init; }

    public long? OpenValidationErrors { get; init; }

    public WindowFacts? Windows { get; init; }

    /// <summary>The last word on each line of the checklist.</summary>
    public IReadOnlyDictionary<string, ChecklistRecord> Checklist { get; init; } = new Dictionary<string, ChecklistRecord>();

    public GateSightings Seen { get; init; } = GateSightings.None;

    /// <summary>As if this had been the last word on its line.</summary>
    public Evidence With(ChecklistRecord record) => this with { Checklist = new Dictionary<string, ChecklistRecord>(Checklist) { [record.Name] = record } };
}
