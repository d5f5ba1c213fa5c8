using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Where runs keep their entries. An entry is there before the page that it belongs to counts; written again, it replaces itself.</summary>
public interface IRunLedger
{
    Task Keep(string kind, string runId, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="outcome">Only these; null = all.</param>
    Task<IReadOnlyList<LedgerEntry>> List(string kind, string runId, string? outcome, int limit, CancellationToken cancellationToken);

    Task<LedgerEntry?> Find(string kind, string runId, string sessionId, CancellationToken cancellationToken);
}

/// <summary>The entries of a cluster that keeps nothing.</summary>
public sealed class InMemoryRunLedger : IRunLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string RunId, string SessionId), LedgerEntry> _entries = [];

    public Task Keep(string kind, string runId, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        lock (_gate)
            foreach (var entry in entries)
            {
                _entries.Remove((kind, runId, entry.SessionId)); // so that the newest comes last
                _entries[(kind, runId, entry.SessionId)] = entry;
            }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LedgerEntry>> List(string kind, string runId, string? outcome, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<LedgerEntry>>(
                [.. _entries.Where(e => e.Key.Kind == kind && e.Key.RunId == runId && (outcome is null || e.Value.Outcome == outcome)).Select(e => e.Value).OrderByDescending(e => e.At).Take(limit)]);
    }

    public Task<LedgerEntry?> Find(string kind, string runId, string sessionId, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_entries.GetValueOrDefault((kind, runId, sessionId)));
    }
}
