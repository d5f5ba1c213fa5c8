using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Legacy;

/// <summary>A legacy side in memory that can be told to fail, and counts what was applied to it.</summary>
public sealed class InMemoryLegacySessions : ILegacySessions
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _applied = [];

    /// <summary>What the next write answers instead of being carried out; null = healthy.</summary>
    public Func<string, LegacyAnswer?>? Fault { get; set; }

    /// <summary>The write is applied although <see cref="Fault"/> answers otherwise.</summary>
    public bool ApplyDespiteFault { get; set; }

    public bool OthersWrite { get; set; }

    public IReadOnlySet<string> Stamped { get; set; } = SessionField.Stamped;

    public string Circuit => "closed";

    public bool Refuses => false;

    public string? KnownIdMember => SessionField.Id;

    public Task<string> IdMember(CancellationToken cancellationToken) => Task.FromResult(SessionField.Id);

    /// <summary>No read is answered.</summary>
    public bool Down { get; set; }

    public int Applied(string id)
    {
        lock (_gate) return _applied.GetValueOrDefault(id);
    }

    public void Seed(string id, string json)
    {
        lock (_gate) _sessions[id] = Encoding.UTF8.GetBytes(json);
    }

    public string? Peek(string id)
    {
        lock (_gate) return _sessions.TryGetValue(id, out var raw) ? Encoding.UTF8.GetString(raw) : null;
    }

    public void Remove(string id)
    {
        lock (_gate) _sessions.Remove(id);
    }

    public Task<LegacyRead> Get(string id, bool exists, CancellationToken cancellationToken)
    {
        if (Down) throw new LegacyUnavailableException("GAIA_HOME is down.");
        lock (_gate) return Task.FromResult(_sessions.TryGetValue(id, out var raw) ? Understand(id, raw) : LegacyRead.Absent);
    }

    public LegacyRead Understand(string id, byte[] raw) => LegacyRecord.Understand(id, raw, Stamped);

    public Task<LegacyAnswer> Put(string id, SessionDocument document, bool exists, CancellationToken cancellationToken) =>
        Write(id, () => _sessions[id] = document.Utf8, mustExist: exists);

    public Task<LegacyAnswer> Delete(string id, CancellationToken cancellationToken) => Write(id, () => _sessions.Remove(id), mustExist: false);

    public Task<LegacyPage> List(string? cursor, CancellationToken cancellationToken)
    {
        if (Down) throw new LegacyUnavailableException("GAIA_HOME is down.");
        lock (_gate)
        {
            var page = _sessions.Where(s => string.CompareOrdinal(s.Key, cursor) > 0).Take(100).Select(s => new LegacyListed(s.Key, s.Value, null)).ToList();
            return Task.FromResult(new LegacyPage(page, page.Count == 100 ? page[^1].Id : null));
        }
    }

    public Task<bool> Ping(CancellationToken cancellationToken) => Task.FromResult(!Down);

    private Task<LegacyAnswer> Write(string id, Action apply, bool mustExist)
    {
        var fault = Fault?.Invoke(id) ?? (Down ? new LegacyAnswer.Failed("unavailable", "GAIA_HOME is down.") : null);
        lock (_gate)
        {
            if (fault is null && mustExist && !_sessions.ContainsKey(id)) return Task.FromResult<LegacyAnswer>(new LegacyAnswer.Gone());
            if (fault is null || ApplyDespiteFault)
            {
                apply();
                _applied[id] = _applied.GetValueOrDefault(id) + 1;
            }

            return Task.FromResult(fault ?? new LegacyAnswer.Applied(_sessions.TryGetValue(id, out var raw) ? Understand(id, raw).Hash : null));
        }
    }
}
