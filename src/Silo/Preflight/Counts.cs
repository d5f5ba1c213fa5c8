namespace GaiaOrleans.Silo.Preflight;

/// <summary>How often each name was seen.</summary>
internal sealed class Counts
{
    // A GAIA_HOME that makes up member names must not make the report endless.
    private const int MostNames = 10_000;
    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);

    public void Add(string name)
    {
        if (_times.TryGetValue(name, out var times)) _times[name] = times + 1;
        else if (_times.Count < MostNames) _times[name] = 1;
    }

    /// <summary>The most frequent ones first.</summary>
    public IReadOnlyDictionary<string, int> Top(int most) =>
        _times.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(most).ToDictionary();
}

/// <summary>So many, the first of them shown.</summary>
internal sealed record Capped<T>(int Count, IReadOnlyList<T> Shown)
{
    private const int Most = 50;

    public static readonly Capped<T> None = new(0, []);

    public Capped<T> With(T item) => new(Count + 1, Shown.Count < Most ? [.. Shown, item] : Shown);
}
