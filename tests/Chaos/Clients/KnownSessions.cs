namespace GaiaOrleans.Chaos.Clients;

/// <summary>The sessions that clients know: those that were there, of which a few are hot, and those that they have made.</summary>
internal sealed class KnownSessions(IReadOnlyList<string> there)
{
    private const int Hot = 4;
    private readonly Lock _lock = new();
    private readonly List<string> _all = [.. there];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    public bool WasThere(string session) => there.Contains(session);

    public void Add(string session)
    {
        lock (_lock) _all.Add(session);
    }

    /// <summary>Half of the time one of the hot ones.</summary>
    public string Any(Random random)
    {
        lock (_lock) return _all[random.Next(2) == 0 ? random.Next(Hot) : random.Next(_all.Count)];
    }
}
