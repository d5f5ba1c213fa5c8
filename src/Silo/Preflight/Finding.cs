namespace GaiaOrleans.Silo.Preflight;

internal enum Severity
{
    /// <summary>A migration would fail, or lose something, as things are.</summary>
    Blocker,

    /// <summary>It can begin; this should be known or settled first.</summary>
    Warning,

    Info,
}

/// <param name="Code">Stable, for scripts.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Remedy">What to do; null = nothing.</param>
internal sealed record Finding(Severity Severity, string Code, string What, string Evidence, string? Remedy = null)
{
    public static Finding Blocker(string code, string what, string evidence, string remedy) => new(Severity.Blocker, code, what, evidence, remedy);

    public static Finding Warning(string code, string what, string evidence, string remedy) => new(Severity.Warning, code, what, evidence, remedy);

    public static Finding Info(string code, string what, string evidence, string? remedy = null) => new(Severity.Info, code, what, evidence, remedy);

    /// <summary>Names with their counts, the first few of them.</summary>
    public static string Names(IReadOnlyDictionary<string, int> counts)
    {
        const int shown = 8;
        var names = string.Join(", ", counts.Take(shown).Select(c => $"{c.Key} {c.Value}"));
        return counts.Count > shown ? $"{names}, … ({counts.Count} in all)" : names;
    }
}
