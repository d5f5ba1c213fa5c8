using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>What a session is when everything is over, on both sides.</summary>
/// <param name="Go">The value that the cluster shows; null = no session.</param>
/// <param name="Python">The value that GAIA_HOME shows; null = no session.</param>
internal sealed record Final(string Session, string? Go, string? Python);

/// <summary>Whether what is left at the end is what was acknowledged.</summary>
internal static class EndCheck
{
    /// <param name="operations">Of the session.</param>
    /// <param name="seed">What it held before the first operation.</param>
    public static IEnumerable<Violation> Of(Final final, IReadOnlyList<Operation> operations, string? seed)
    {
        if (final.Go != final.Python)
            yield return new(ViolationKind.Diverged, final.Session, $"the cluster shows {final.Go ?? "nothing"}, GAIA_HOME {final.Python ?? "nothing"}", []);
        var last = operations.Where(o => o is { Change: true, Outcome: Outcome.Done, Version: not null }).MaxBy(o => o.Version);
        if ((last is null ? seed : last.Value) == final.Go) yield break;
        // Whatever was not answered may have come last.
        if (operations.Any(o => o is { Change: true, Outcome: Outcome.Unknown } && o.Value == final.Go)) yield break;
        yield return new(ViolationKind.Lost, final.Session, $"at the end it holds {final.Go ?? "nothing"}", last is null ? [] : [last]);
    }
}
