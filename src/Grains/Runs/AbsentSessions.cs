namespace GaiaOrleans.Grains.Runs;

/// <summary>Sessions of which legacy's own read has said that they are gone, and since when. One read is not enough: a legacy that is just coming up may not show all it has.</summary>
/// <param name="longEnough">From the first such read, for it to be believed.</param>
public sealed class AbsentSessions(TimeProvider time, TimeSpan longEnough)
{
    private readonly Dictionary<string, long> _since = [];

    public bool Any => _since.Count > 0;

    public bool Knows(string id) => _since.ContainsKey(id);

    public void Gone(string id) => _since[id] = time.GetTimestamp();

    public void Forget(string id) => _since.Remove(id);

    /// <param name="unlisted">Those that legacy's list lacks now: it has all others again.</param>
    /// <returns>Those of them that have been gone for long enough.</returns>
    public IReadOnlyList<string> Confirmed(IReadOnlySet<string> unlisted)
    {
        foreach (var back in _since.Keys.Where(id => !unlisted.Contains(id)).ToList()) _since.Remove(back);
        return [.. _since.Where(gone => time.GetElapsedTime(gone.Value) >= longEnough).Select(gone => gone.Key)];
    }
}
