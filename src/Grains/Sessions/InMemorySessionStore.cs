using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>The rows of a cluster that keeps nothing: for tests, and for a demo on a machine without PostgreSQL. Shared by the silos of one process.</summary>
/// <param name="keysKept">How long an idempotency key is known; null = 24 hours.</param>
public sealed class InMemorySessionStore(InMemoryRolloutStore rollout, TimeProvider time, TimeSpan? keysKept = null) : ISessionStore
{
    private readonly TimeSpan _keysKept = keysKept ?? TimeSpan.FromHours(24);
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Stored> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Id, string Key), KeyedOutcome> _keys = [];
    private readonly ConcurrentQueue<SessionError> _errors = new();
    private readonly InMemoryConflictLog _conflicts = new(rollout.Events);
    private readonly InMemoryValidationErrors _invalid = new(time);

    private sealed record Stored(SessionRow Row, DateTimeOffset? LeaseUntil = null, DateTimeOffset? LateUntil = null);

    public IReadOnlyCollection<SessionError> Errors => _errors;

    public ValueTask<LoadedSession> Load(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(id, out var stored)) return new(new LoadedSession(SessionRow.Absent(id), null));
            var now = time.GetUtcNow();
            return new(new LoadedSession(stored.Row with { Keys = stored.Row.Keys.RemoveAll(Expired), LateFor = stored.LateUntil - now }, stored.LeaseUntil - now));
        }
    }

    public ValueTask<CommitResult> Commit(SessionCommit commit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var terms = rollout.State;
            if (terms.Incarnation != commit.Incarnation || terms.Generation != commit.Generation) return new(CommitResult.TermsChanged);
            var previous = _rows.TryGetValue(commit.Next.Id, out var stored) ? stored.Row.CommitId : (Guid?)null;
            if (previous != commit.Previous || stored?.Row.LegacyVersion > commit.Next.LegacyVersion) return new(CommitResult.Conflict);
            if (commit is { KeyMayBeKnown: true, NewKey.Key: var asked } && _keys.TryGetValue((commit.Next.Id, asked), out var known) && !Expired(known)) return new(CommitResult.KeyKnown);
            _conflicts.Add(commit.Next);
            _rows[commit.Next.Id] = Kept(commit.Next, time.GetUtcNow() + commit.SendLease);
            if (commit.NewKey is { } key) _keys[(commit.Next.Id, key.Key)] = key;
            return new(CommitResult.Committed);
        }
    }

    public async Task<IReadOnlySet<string>> Known(IReadOnlyList<string> ids, CancellationToken cancellationToken) => (await Find(ids)).Select(r => r.Id).ToHashSet();

    public Task<CommitResult> Add(IReadOnlyList<SessionRow> added, long incarnation, long generation, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (rollout.State.Incarnation != incarnation || rollout.State.Generation != generation) return Task.FromResult(CommitResult.TermsChanged);
            if (added.Any(r => _rows.ContainsKey(r.Id))) return Task.FromResult(CommitResult.Conflict);
            foreach (var row in added) _rows.Add(row.Id, new(row));
            return Task.FromResult(CommitResult.Committed);
        }
    }

    /// <summary>Puts a row in place of the stored one, past every check: as somebody with a database client would.</summary>
    public void Plant(SessionRow row)
    {
        lock (_gate) _rows[row.Id] = new(row);
    }

    public void Acknowledge(SessionRow row)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(row.Id, out var stored) || stored.Row.CommitId != row.CommitId) return;
            _conflicts.Add(row);
            _rows[row.Id] = Kept(row, row.LeaseOwner is null ? null : stored.LeaseUntil); // a later change may be in flight
        }
    }

    /// <summary>The rows' part of a new incarnation.</summary>
    public void Forget(RolloutState incarnation)
    {
        lock (_gate)
        {
            foreach (var (id, stored) in _rows.ToList())
            {
                var next = IncarnationRules.Forget(stored.Row, incarnation.Phase == RolloutPhase.Completed, incarnation.Incarnation, incarnation.UpdatedAt);
                if (next == stored.Row) continue;
                _conflicts.Add(next);
                _rows[id] = stored with { Row = next with { Log = [] }, LeaseUntil = null };
            }
        }
    }

    public void Report(SessionError error) => _errors.Enqueue(error);

    public void ReportInvalid(ValidationError error) => _invalid.Add(error);

    public Task KeepVerified(Guid pass, IReadOnlyList<ValidationError> found, IReadOnlyList<string> unjudged, CancellationToken cancellationToken)
    {
        foreach (var error in found) _invalid.Add(error, pass);
        _invalid.Renew(pass, unjudged.ToHashSet());
        return Task.CompletedTask;
    }

    public Task CloseVerified(Guid pass, DateTimeOffset began, CancellationToken cancellationToken)
    {
        _invalid.CloseVerified(pass, began);
        return Task.CompletedTask;
    }

    public Task CloseShadow(string sessionId, CancellationToken cancellationToken)
    {
        _invalid.CloseShadow(sessionId);
        return Task.CompletedTask;
    }

    public Task<ValidationErrors> ListInvalid(int limit, bool resolved, CancellationToken cancellationToken) => Task.FromResult(_invalid.Newest(limit, resolved, Row));

    public Task<IReadOnlyList<KeptValidationError>> Mismatches((string SessionId, string Field)? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(_invalid.Mismatches(after, limit, Row));

    public ValueTask<KeyedOutcome?> FindKey(string id, string key, CancellationToken cancellationToken)
    {
        lock (_gate) return new(_keys.GetValueOrDefault((id, key)) is { } known && !Expired(known) ? known : null);
    }

    public Task<IReadOnlyList<string>> ClaimDue(int limit, TimeSpan hold, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var due = _rows.Values.Where(s => (s.Row.Pending && s.Row.NextAttemptAt <= now) || (s.LateUntil <= now && s.Row is { Behind: false, Intent: null })).Take(limit).ToList();
            foreach (var stored in due)
                _rows[stored.Row.Id] = stored with
                {
                    Row = stored.Row.NextAttemptAt <= now ? stored.Row with { NextAttemptAt = now + hold } : stored.Row,
                    LateUntil = stored.LateUntil <= now ? now + hold : stored.LateUntil,
                };
            return Task.FromResult<IReadOnlyList<string>>([.. due.Select(s => s.Row.Id)]);
        }
    }

    public Task Hasten(int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var waiting = _rows.Values.Where(s => s.Row.Pending && s.Row.NextAttemptAt > now && !(s.LeaseUntil > now));
            foreach (var stored in waiting.OrderBy(s => s.Row.NextAttemptAt).Take(limit).ToList()) _rows[stored.Row.Id] = stored with { Row = stored.Row with { NextAttemptAt = now } };
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<SessionRow>> List(string? after, int limit, string? status, string? tier, CancellationToken cancellationToken) =>
        Select(rows => rows.Where(r => r.Live && string.CompareOrdinal(r.Id, after) > 0 && Has(r, "status", status) && Has(r, "tier", tier)).Take(limit));

    public async Task<IReadOnlyList<T>> Compared<T>(IReadOnlyList<string> ids, Func<ComparedRow, T> look, CancellationToken cancellationToken) =>
        [.. (await Find(ids)).Select(ComparedRow.Of).Select(look)];

    public async Task<IReadOnlyList<RowPrint>> Prints(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        [.. (await Find(ids)).Select(r => new RowPrint(r.Id, RowPrint.Of(r)))];

    public async Task<IReadOnlyList<SessionMark>> Marks(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        [.. (await Find(ids)).Where(r => r.Live).Select(SessionMark.Of)];

    public async Task<IReadOnlyList<SessionMark>> Marks(string? after, int limit, CancellationToken cancellationToken) =>
        [.. (await List(after, limit, null, null, cancellationToken)).Select(SessionMark.Of)];

    public Task<IReadOnlyList<SessionRow>> ListBehind(int limit, CancellationToken cancellationToken) =>
        SelectStored(rows => rows.Where(s => s.Row.Behind || (s.LateUntil is not null && s.Row.Intent is null)).Take(limit));

    public Task<IReadOnlyList<ConflictRecord>> Conflicts(int limit, bool? resolved, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_conflicts.List(limit, resolved));
    }

    public Task<ConflictRecord?> FindConflict(long id, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_conflicts.Find(id));
    }

    public Task<SyncLag> Lag(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var pending = _rows.Values.Where(s => s.Row.Pending).ToList();
            var ages = pending.Where(s => !SyncLag.IsUnanswered(s.Row, s.LeaseUntil > now, rollout.State.DualWrite.Ack, now)).Select(s => (Age: now - s.Row.PendingSince!.Value, s.Row.Id)).OrderBy(a => a.Age).ToList();
            var lag = ages.Count == 0
                ? new SyncLag(pending.Count, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null)
                : new SyncLag(pending.Count, ages[^1].Age, ages[ages.Count / 2].Age, ages[(int)(ages.Count * 0.95)].Age, ages[^1].Id);
            return Task.FromResult(lag with { Late = _rows.Values.Count(MayComeLate), Refused = _rows.Values.Count(s => s.Row is { Behind: true, Pending: false }), OpenConflicts = _conflicts.Open });
        }
    }

    public Task<SessionCounts> Count(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var rows = _rows.Values.Select(s => s.Row).ToList();
            return Task.FromResult(new SessionCounts(
                rows.Count(r => r.Live), rows.Count(r => !r.Live), rows.Count(r => r.MigratedAt is not null), rows.Count(r => r.Disputed), rows.Count(r => r.Pending),
                _conflicts.Open, _conflicts.Resolved, _rows.Values.Count(MayComeLate)));
        }
    }

    private Task<IReadOnlyList<SessionRow>> Find(IReadOnlyList<string> ids)
    {
        var wanted = ids.ToHashSet();
        return Select(rows => rows.Where(r => wanted.Contains(r.Id)));
    }

    private Task<IReadOnlyList<SessionRow>> Select(Func<IEnumerable<SessionRow>, IEnumerable<SessionRow>> query)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<SessionRow>>([.. query(_rows.Values.Select(s => s.Row))]);
    }

    private Task<IReadOnlyList<SessionRow>> SelectStored(Func<IEnumerable<Stored>, IEnumerable<Stored>> query)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<SessionRow>>([.. query(_rows.Values).Select(s => s.Row)]);
    }

    private static bool MayComeLate(Stored stored) => stored.LateUntil is not null && stored.Row is { Behind: false, Intent: null };

    private Stored Kept(SessionRow row, DateTimeOffset? leaseUntil) => new(row with { Log = [], LateFor = null }, leaseUntil, time.GetUtcNow() + row.LateFor);

    private SessionRow? Row(string id)
    {
        lock (_gate) return _rows.GetValueOrDefault(id)?.Row;
    }

    private bool Expired(KeyedOutcome key) => key.At <= time.GetUtcNow() - _keysKept;

    private static bool Has(SessionRow row, string field, string? value)
    {
        if (value is null) return true;
        using var json = row.Document!.Parse();
        return json.RootElement.TryGetProperty(field, out var found) && found.ValueKind == System.Text.Json.JsonValueKind.String && found.GetString() == value;
    }
}
