using System.Text;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>One session as its only writer knows it.</summary>
internal sealed class OwnedSession(string id, bool exists)
{
    public string Id => id;

    public bool Exists { get; set; } = exists;

    /// <summary>The last acknowledged write; null before the first one and after a delete.</summary>
    public SessionMark? Mark { get; set; }
}

/// <summary>The sessions of one client. No other client touches them, so what it reads must be what it wrote.</summary>
internal sealed class OwnedSessions(IEnumerable<string> seeded, Random random)
{
    private const int Recent = 24;
    private readonly List<OwnedSession> _all = [.. seeded.Select(id => new OwnedSession(id, exists: true))];
    private readonly Queue<OwnedSession> _recent = new();

    /// <summary>A client's share of all ids; the same on every run.</summary>
    public static IEnumerable<string> Share(IEnumerable<string> ids, int client, int clients) =>
        ids.Where(id => Fnv1A(id) % (uint)clients == (uint)client);

    public void Add(OwnedSession session) => _all.Add(session);

    /// <summary>Half of the picks are sessions written a moment ago: there a stale answer would show.</summary>
    public OwnedSession? Pick()
    {
        if (_all.Count == 0)
            return null;
        return _recent.Count > 0 && random.Next(2) == 0 ? _recent.ElementAt(random.Next(_recent.Count)) : _all[random.Next(_all.Count)];
    }

    public void Written(OwnedSession session)
    {
        _recent.Enqueue(session);
        if (_recent.Count > Recent)
            _recent.Dequeue();
    }

    /// <summary>A write of unknown outcome may still take effect: nothing can be expected of this session any more, so it is left alone.</summary>
    public void Retire(OwnedSession session)
    {
        _all.Remove(session);
        var kept = _recent.Where(other => other != session).ToList();
        _recent.Clear();
        kept.ForEach(_recent.Enqueue);
    }

    private static uint Fnv1A(string id)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(id))
            hash = (hash ^ value) * 16777619u;
        return hash;
    }
}
