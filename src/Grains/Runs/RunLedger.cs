using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Where runs keep their entries. An entry is there before the page that it belongs to counts; written again, it replaces itself.</summary>
public interface IRunLedger
{
    Task Keep(string kind, string runId, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="outcome">Only these; null = all.</param>
    /// <param name="after">Only those that follow it; null = from the newest on.</param>
    Task<IReadOnlyList<LedgerEntry>> List(string kind, string runId, string? outcome, int limit, LedgerPlace? after, CancellationToken cancellationToken);

    Task<LedgerEntry?> Find(string kind, string runId, string sessionId, CancellationToken cancellationToken);

    /// <summary>What earlier verifications sealed of these buckets.</summary>
    Task<IReadOnlyList<BucketSeal>> Seals(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Of one walk; a seal of the same key is replaced.</summary>
    Task KeepSeals(Guid pass, IReadOnlyList<BucketSeal> seals, CancellationToken cancellationToken);

    /// <summary>The walk is complete: seals that it did not keep are of buckets that are no more, or no more equal.</summary>
    Task DropOtherSeals(Guid pass, CancellationToken cancellationToken);
}

/// <summary>The entries of a cluster that keeps nothing.</summary>
public sealed class InMemoryRunLedger : IRunLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string RunId, string SessionId), LedgerEntry> _entries = [];
    private readonly Dictionary<string, (Guid Pass, BucketSeal Seal)> _seals = [];

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

    public Task<IReadOnlyList<LedgerEntry>> List(string kind, string runId, string? outcome, int limit, LedgerPlace? after, CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<LedgerEntry>>(
            [
                .. _entries.Where(e => e.Key.Kind == kind && e.Key.RunId == runId && (outcome is null || e.Value.Outcome == outcome)).Select(e => e.Value)
                    .OrderByDescending(e => e.At).ThenBy(e => e.SessionId, StringComparer.Ordinal).Where(e => Follows(e, after)).Take(limit),
            ]);
    }

    public Task<LedgerEntry?> Find(string kind, string runId, string sessionId, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_entries.GetValueOrDefault((kind, runId, sessionId)));
    }

    public Task<IReadOnlyList<BucketSeal>> Seals(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<BucketSeal>>([.. keys.Distinct().Where(_seals.ContainsKey).Select(k => _seals[k].Seal)]);
    }

    public Task KeepSeals(Guid pass, IReadOnlyList<BucketSeal> seals, CancellationToken cancellationToken)
    {
        lock (_gate)
            foreach (var seal in seals)
                _seals[seal.Key] = (pass, seal);
        return Task.CompletedTask;
    }

    public Task DropOtherSeals(Guid pass, CancellationToken cancellationToken)
    {
        lock (_gate)
            foreach (var (key, _) in _seals.Where(s => s.Value.Pass != pass).ToList())
                _seals.Remove(key);
        return Task.CompletedTask;
    }

    private static bool Follows(LedgerEntry entry, LedgerPlace? after) =>
        after is null || entry.At < after.At || (entry.At == after.At && string.CompareOrdinal(entry.SessionId, after.SessionId) > 0);
}
