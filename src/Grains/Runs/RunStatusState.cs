using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>The stored form of a run.</summary>
[GenerateSerializer, Alias("gaia.run.stored")]
public sealed class RunStatusState
{
    [Id(0)] public RunStatus? Run { get; set; }

    /// <summary>What the last change of state was; null = there has been none.</summary>
    [Id(1)] public string? Move { get; set; }

    /// <summary>How many there have been.</summary>
    [Id(2)] public long Moves { get; set; }
}
