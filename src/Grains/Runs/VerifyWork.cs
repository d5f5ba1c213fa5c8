using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// First the legacy list against the rows, then the rows against the ids that legacy listed. Only what differs, or is on one side only, goes to
/// its session, which compares between two of its writes with a read of its own: what it calls different is different. A session with a change
/// that legacy lacks cannot be judged yet: it is asked again when all others have been.
/// </summary>
public sealed class VerifyWork(ILegacySessions legacy, ISessionStore store, DiffRules rules, SiloLease lease, IGrainFactory grains, SessionInstruments instruments, IRunLedger ledger, TimeProvider time) : IRunWork
{
    private const int RowsPerPage = 5_000;
    private const string RowsFrom = "rows>", Again = "again>";
    private const int MostTimesAgain = 5;
    private static readonly TimeSpan RepairsNeed = TimeSpan.FromMilliseconds(500);
    private readonly SeenSessions _listed = new();
    private readonly PageAhead _pages = new(legacy);
    private readonly BucketCheck _check = new(store, ledger, rules, instruments);

    // Of this walk and no other: one that starts again judges everything again.
    private readonly Guid _pass = Guid.CreateVersion7();
    private readonly DateTimeOffset _began = time.GetUtcNow();

    // A page that failed and is done again may have been about them before: a set. Replaced when a page is done to its end, so that it can be done again.
    private HashSet<string> _pending = [];
    private int _timesAgain;

    private IReadOnlyList<LegacyListed> _open = [];

    // Beside the page after them. Seals that are lost cost a comparison, and no more.
    private Task _keeping = Task.CompletedTask;

    public bool Resumes => false;

    public TimeSpan Rest { get; private set; }

    public long Looked { get; private set; }

    private sealed record Verdict(string SessionId, string Status, IReadOnlyList<ValidationError> Errors, bool Repaired = false)
    {
        public LedgerEntry? Entry { get; init; }
    }

    // The ids seen so far are in memory only: without them the rows cannot be checked, so a new activation starts again.
    public RunStatus Begin(RunStatus stored) =>
        stored with { Cursor = null, Listed = 0, Done = 0, Mismatched = 0, Pending = 0, Failed = 0, Repaired = 0 };

    public Task<RunStatus> Page(RunStatus status, CallTimes times, CancellationToken cancellationToken) =>
        status.Cursor == Again ? PendingPage(status, times, cancellationToken)
        : status.Cursor?.StartsWith(RowsFrom, StringComparison.Ordinal) is true ? RowPage(status, times, cancellationToken)
        : LegacyPage(status, times, cancellationToken);

    private async Task<RunStatus> LegacyPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var page = await _pages.Take(status.Cursor, cancellationToken);
        foreach (var listed in page.Sessions)
            if (listed.Id is { } id)
                _listed.Add(id);
        var (buckets, open) = ListBucket.Cut(_open, page.Sessions, last: page.Next is null);
        var found = await _check.Look(buckets, await lease.Current(cancellationToken), cancellationToken);
        var verdicts = await Judge(status, found.Suspects, times, cancellationToken);
        await SealsKept();
        _keeping = ledger.KeepSeals(_pass, found.Seals, cancellationToken);
        await KeepNameless(status, buckets, cancellationToken);
        // The page counts from here on: tried again before, it finds what was left over before it.
        (_open, _pending) = (open, Pending(verdicts));
        Looked += page.Sessions.Count;
        return Count(status, verdicts, _pending) with
        {
            Total = page.Total ?? status.Total,
            Listed = status.Listed + page.Sessions.Count,
            Done = status.Done + buckets.Sum(b => b.Sessions.Count),
            Failed = status.Failed + verdicts.Count(v => v.Status == SessionComparison.Unverified) + buckets.Sum(b => b.Sessions.Count(s => s.Id is null)),
            Cursor = page.Next ?? RowsFrom,
        };
    }

    private async Task<RunStatus> RowPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var after = status.Cursor![RowsFrom.Length..];
        var rows = await store.Marks(after.Length == 0 ? null : after, RowsPerPage, cancellationToken);
        var extra = rows.Where(r => !_listed.Contains(r.Id)).Select(r => r.Id).ToList();
        var verdicts = await Judge(status, extra, times, cancellationToken);
        var pending = Pending(verdicts);
        var next = Count(status, verdicts, pending) with
        {
            Done = status.Done + extra.Count,
            Failed = status.Failed + verdicts.Count(v => v.Status == SessionComparison.Unverified),
        };
        next = rows.Count == RowsPerPage ? next with { Cursor = RowsFrom + rows[^1].Id } : await AgainOrEnd(next, pending, _timesAgain, cancellationToken);
        _pending = pending;
        Looked += extra.Count;
        return next;
    }

    /// <summary>What was pending, once more. Whoever repairs it has had a moment.</summary>
    private async Task<RunStatus> PendingPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var verdicts = await Judge(status, [.. _pending], times, cancellationToken);
        var pending = Pending(verdicts);
        var failed = status.Failed + verdicts.Count(v => v.Status == SessionComparison.Unverified);
        var next = await AgainOrEnd(Count(status, verdicts, pending) with { Failed = failed }, pending, _timesAgain + 1, cancellationToken);
        Looked += _pending.Count;
        (_pending, _timesAgain) = (pending, _timesAgain + 1);
        return next;
    }

    private async Task<RunStatus> AgainOrEnd(RunStatus status, HashSet<string> pending, int timesAgain, CancellationToken cancellationToken)
    {
        Rest = pending.Count > 0 && timesAgain < MostTimesAgain ? RepairsNeed : TimeSpan.Zero;
        if (Rest > TimeSpan.Zero) return status with { Cursor = Again };
        await SealsKept();
        if (pending.Count > 0) await store.KeepVerified(_pass, [], [.. pending], cancellationToken);
        await store.CloseVerified(_pass, _began, cancellationToken);
        await ledger.DropOtherSeals(_pass, cancellationToken);
        return status with { Cursor = null, State = RunState.Completed };
    }

    private Task SealsKept()
    {
        var keeping = _keeping;
        _keeping = Task.CompletedTask;
        return keeping;
    }

    private HashSet<string> Pending(IReadOnlyList<Verdict> verdicts)
    {
        var pending = new HashSet<string>(_pending);
        foreach (var verdict in verdicts)
            if (verdict.Status == SessionComparison.Pending) pending.Add(verdict.SessionId);
            else pending.Remove(verdict.SessionId);
        return pending;
    }

    /// <summary>Records without an id have no session that could say so itself.</summary>
    private Task KeepNameless(RunStatus status, IReadOnlyList<ListBucket> buckets, CancellationToken cancellationToken) => ledger.Keep(
        IRunGrain.Verify, status.RunId!,
        [.. buckets.SelectMany(b => b.Sessions).Where(s => s.Id is null).Select(s => new LedgerEntry(NamelessRecord.NameOf(s), "failed", null, NamelessRecord.ProblemOf(s), time.GetUtcNow()))],
        cancellationToken);

    private static RunStatus Count(RunStatus status, IReadOnlyList<Verdict> verdicts, HashSet<string> pending) => status with
    {
        Mismatched = status.Mismatched + verdicts.Count(v => v.Status == SessionComparison.Different),
        Pending = pending.Count,
        Repaired = status.Repaired + verdicts.Count(v => v.Repaired),
    };

    /// <summary>What is answered is kept: no page counts before its errors are stored.</summary>
    private async Task<IReadOnlyList<Verdict>> Judge(RunStatus status, IReadOnlyList<string> ids, CallTimes times, CancellationToken cancellationToken)
    {
        var verdicts = await FanOut.Each(ids, status.Parallel, id => times.Measure(() => Ask(id, status.Repair && !status.DryRun, cancellationToken)));
        var unjudged = verdicts.Where(v => v.Status == SessionComparison.Unverified).Select(v => v.SessionId).ToList();
        var errors = verdicts.SelectMany(v => v.Errors).ToList();
        await ledger.Keep(IRunGrain.Verify, status.RunId!, [.. verdicts.Where(v => v.Entry is not null).Select(v => v.Entry!)], cancellationToken);
        if (errors.Count + unjudged.Count > 0) await store.KeepVerified(_pass, errors, unjudged, cancellationToken);
        return verdicts;
    }

    private async Task<Verdict> Ask(string id, bool repair, CancellationToken cancellationToken)
    {
        try
        {
            var session = grains.GetGrain<ISessionGrain>(id);
            var comparison = await FanOut.Retrying(() => session.Compare(reload: true, cancellationToken));
            // Read once more before anybody is told: whoever writes to legacy directly may have been half way.
            if (comparison.Status == SessionComparison.Different) comparison = await FanOut.Retrying(() => session.Compare(reload: true, cancellationToken));
            if (comparison.Status == SessionComparison.Unverified) return Unverified(id, LegacyTrouble.Unavailable, comparison.Reason ?? "GAIA_HOME did not answer.");
            var errors = comparison.Differences.Select(d => ValidationError.Of(id, d, comparison.Version)).ToList();
            var mended = repair && errors.Count > 0 && await Mended(session, cancellationToken);
            return new(id, comparison.Status, errors, mended);
        }
        // One record that cannot be compared fails alone.
        catch (Exception e) when (e is not OperationCanceledException && !FanOut.Passing(e))
        {
            return Unverified(id, (e as GaiaException)?.Code ?? "unreadable", e.Message);
        }
    }

    private Verdict Unverified(string id, string code, string reason)
    {
        store.Report(new(id, "both", IRunGrain.Verify, code, reason, 1, 0));
        return new(id, SessionComparison.Unverified, []) { Entry = new(id, "failed", null, reason, time.GetUtcNow()) };
    }

    private static async Task<bool> Mended(ISessionGrain session, CancellationToken cancellationToken)
    {
        await FanOut.Retrying(() => session.Mend(MendScope.Repair, cancellationToken: cancellationToken));
        return (await FanOut.Retrying(() => session.Compare(cancellationToken: cancellationToken))).Status == SessionComparison.Equal;
    }

    public async Task<(RunStatus Status, LedgerEntry Entry)> Retry(RunStatus status, string sessionId, CancellationToken cancellationToken)
    {
        var verdict = await Ask(sessionId, status.Repair && !status.DryRun, cancellationToken);
        if (verdict.Errors.Count > 0) await store.KeepVerified(_pass, verdict.Errors, [], cancellationToken);
        if (verdict.Entry is { } failed) return (status, failed);
        var pending = status.Pending + (verdict.Status == SessionComparison.Pending ? 1 : 0);
        return (Count(status, [verdict], _pending) with { Pending = pending, Failed = status.Failed - 1 }, new(sessionId, verdict.Status, null, "retried", time.GetUtcNow()));
    }
}
