namespace GaiaOrleans.Contracts.Gates;

/// <summary>What a gate may say. Only <see cref="Pass"/> lets anybody through.</summary>
[GenerateSerializer, Alias("gaia.gate.status")]
public enum GateStatus
{
    /// <summary>There is evidence, and it suffices.</summary>
    Pass,

    /// <summary>There is evidence, and it does not suffice.</summary>
    Fail,

    /// <summary>There is no evidence, or too little of it to tell. It holds like a failure.</summary>
    Inconclusive,
}

/// <summary>One gate's verdict on the evidence of one moment.</summary>
/// <param name="Observed">What was seen.</param>
/// <param name="Required">What would let it pass.</param>
/// <param name="Since">Since when the verdict has been what it is, as far as anybody knows.</param>
/// <param name="Evidence">Where what was seen comes from: over which time, of which run, by whom.</param>
[GenerateSerializer, Immutable, Alias("gaia.gate.verdict")]
public sealed record GateVerdict(
    [property: Id(0)] string Gate,
    [property: Id(1)] GateStatus Status,
    [property: Id(2)] string Observed,
    [property: Id(3)] string Required,
    [property: Id(4)] DateTimeOffset? Since = null,
    [property: Id(5)] string? Evidence = null);
