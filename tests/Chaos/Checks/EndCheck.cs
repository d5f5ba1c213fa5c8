using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>What a session is when everything is over. Null = there is no session, and a session that nobody has changed is <see cref="OrderCheck.Seed"/>.</summary>
/// <param name="Go">As the cluster shows it.</param>
/// <param name="Python">As GAIA_HOME shows it.</param>
/// <param name="Stored">In PostgreSQL.</param>
/// <param name="Held">In GAIA_HOME's SQLite.</param>
internal sealed record Final(string Session, string? Go, string? Python, string? Stored, string? Held)
{
    /// <summary>A client has made it: it was not there at first.</summary>
    public bool Made { get; init; }

    public string? First => Made ? null : OrderCheck.Seed;
}

/// <summary>Whether what is left at the end is what was acknowledged.</summary>
internal static class EndCheck
{
    private const int MostShown = 5;

    /// <param name="operations">Of the session.</param>
    /// <param name="absences">When it was deleted in either database; null = nobody has written that down.</param>
    public static IEnumerable<Violation> Of(Final final, IReadOnlyList<Operation> operations, IReadOnlyList<long>? absences = null)
    {
        if (new[] { final.Python, final.Stored, final.Held }.Any(side => side != final.Go))
            yield return new(
                ViolationKind.Diverged, final.Session, $"the cluster shows {Text(final.Go)}, GAIA_HOME {Text(final.Python)}; in PostgreSQL is {Text(final.Stored)}, in SQLite {Text(final.Held)}", []);
        var effect = new Effect(operations, absences);
        var changes = operations.Where(o => o.Change && effect.May(o)).ToList();
        var done = changes.Where(o => o.Outcome == Outcome.Done).ToList();
        var left = changes.Where(o => o.Value == final.Go).ToList();
        // Whichever of them it was that is left: one that nothing acknowledged follows explains it. The last is the one to be looked at otherwise.
        if (left.Count == 0 ? done.Count > 0 || final.Go != final.First : left.TrueForAll(o => done.Exists(d => Follows(d, o, effect))))
            yield return new(
                ViolationKind.Lost, final.Session, $"at the end it holds {Text(final.Go)}",
                [.. left.TakeLast(1), .. (left.Count == 0 ? done : done.Where(d => Follows(d, left[^1], effect))).TakeLast(MostShown)]);
    }

    /// <summary>Whether one acknowledged change comes after another for certain.</summary>
    private static bool Follows(Operation later, Operation earlier, Effect effect) =>
        later.Version is { } second && earlier.Version is { } first ? second > first : later.Invoked > effect.By(earlier);

    private static string Text(string? value) => value switch { null => "no session", OrderCheck.Seed => "what was there at first", _ => value };
}
