using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>A promise that the history shows broken.</summary>
/// <param name="Kind">One of the words of the report: lost, doubled, stale, unordered, stale_after_fence, two_leads, wrong_side, diverged, miscounted, unhealed, broken.</param>
/// <param name="What">In words.</param>
/// <param name="Operations">The least that shows it.</param>
internal sealed record Violation(string Kind, string Session, string What, IReadOnlyList<Operation> Operations)
{
    /// <summary>When, for one that shows in no operation. Default: at the end.</summary>
    public long? At { get; init; }
}

internal static class ViolationKind
{
    public const string Lost = "lost";
    public const string Doubled = "doubled";
    public const string Stale = "stale";
    public const string Unordered = "unordered";
    public const string StaleAfterFence = "stale_after_fence";
    public const string TwoLeads = "two_leads";
    public const string WrongSide = "wrong_side";
    public const string Diverged = "diverged";
    public const string Miscounted = "miscounted";
    public const string Unhealed = "unhealed";
    public const string Broken = "broken";
}
