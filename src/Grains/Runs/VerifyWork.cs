using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
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
    private readonly PageAhead _pages = new(legacy, time);
    private readonly ShiftingPages _shifting = new();
    private readonly BucketCheck _check = new(store, ledger, rules, instruments);

    // Of this walk and no other: one that starts again judges everything again.
    private readonly Guid _pass = Guid.CreateVersion7();
    private readonly DateTimeOffset _began = time.GetUtcNow();

    // A page that failed and is done again may have been about them before: a set. Replaced when a page is done to its end, so that it can be done again.
    private HashSet<string> _pending = [];

    // One that two pages show counts once.
    private readonly HashSet<string> _different = [], _unverified = [];

    // Of the page that is under way: done again, it finds the sides equal where it has mended them already.
    private readonly Dictionary<string, Verdict> _mended = [];
    private readonly LegacyOutage _outage = new(legacy);
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

        /// <summary>GAIA_HOME did not say.</summary>
        public bool Unanswered { get; init; }
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
        var page = await _pages.Take(status.Cursor, times, cancellationToken);
        if (_shifting.Walks > 0) return await FurtherPage(status, page, times, cancellationToken);
        var (buckets, open) = ListBucket.Cut(_open, page.Sessions, last: page.Next is null);
        var rollout = await lease.Current(cancellationToken);
        var found = await times.MeasureBulk(() => _check.Look(buckets, rollout, times, cancellationToken));
        var verdicts = await Judge(status, found.Suspects, times, cancellationToken);
        await SealsKept();
        _keeping = ledger.KeepSeals(_pass, found.Seals, cancellationToken);
        await KeepNameless(status, buckets, cancellationToken);
        // The page counts from here on: tried again before, it finds what was left over before it. What it no longer shows then was not listed.
        foreach (var listed in page.Sessions)
            if (listed.Id is { } id)
                _listed.Add(id);
        _open = open;
        Looked += page.Sessions.Count;
        _shifting.Saw(page.Shifts);
        var next = Count(status, verdicts);
        return next with
        {
            Total = page.Total ?? status.Total,
            Listed = status.Listed + page.Sessions.Count,
            Done = status.Done + buckets.Sum(b => b.Sessions.Count),
            Failed = next.Failed + buckets.Sum(b => b.Sessions.Count(s => s.Id is null)),
            Cursor = page.Next ?? EndOfWalk(),
        };
    }

    /// <summary>Of a walk after the first: what has slipped past, as far as the rows do not show it either.</summary>
    private async Task<RunStatus> FurtherPage(RunStatus status, LegacyPage page, CallTimes times, CancellationToken cancellationToken)
    {
        var others = page.Sessions.Select(s => s.Id).OfType<string>().Where(id => !_listed.Contains(id)).Distinct().ToList();
        var known = await store.Known(others, cancellationToken);
        var slipped = others.Where(id => !known.Contains(id)).ToList();
        var verdicts = await Judge(status, slipped, times, cancellationToken);
        foreach (var id in slipped) _listed.Add(id);
        Looked += page.Sessions.Count;
        _shifting.Found(slipped.Count > 0);
        return Count(status, verdicts) with { Listed = status.Listed + slipped.Count, Done = status.Done + slipped.Count, Cursor = page.Next ?? EndOfWalk() };
    }

    private string? EndOfWalk() => _shifting.EndWalk() ? null : RowsFrom;

    private async Task<RunStatus> RowPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var after = status.Cursor![RowsFrom.Length..];
        var rows = await store.Marks(after.Length == 0 ? null : after, RowsPerPage, cancellationToken);
        var extra = rows.Where(r => !_listed.Contains(r.Id)).Select(r => r.Id).ToList();
        var verdicts = await Judge(status, extra, times, cancellationToken);
        var full = rows.Count == RowsPerPage;
        if (!full) await End(Pending(verdicts), _timesAgain, cancellationToken);
        Looked += extra.Count;
        var next = Count(status, verdicts) with { Done = status.Done + extra.Count };
        return full ? next with { Cursor = RowsFrom + rows[^1].Id } : AgainOrEnd(next);
    }

    /// <summary>What was pending, once more. Whoever repairs it has had a moment.</summary>
    private async Task<RunStatus> PendingPage(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var verdicts = await Judge(status, [.. _pending], times, cancellationToken);
        await End(Pending(verdicts), _timesAgain + 1, cancellationToken);
        Looked += _pending.Count;
        _timesAgain++;
        return AgainOrEnd(Count(status, verdicts));
    }

    /// <summary>What the end of a walk stores; nothing where those that are pending are to be asked once more.</summary>
    private async Task End(HashSet<string> pending, int timesAgain, CancellationToken cancellationToken)
    {
        if (AskAgain(pending, timesAgain)) return;
        await SealsKept();
        if (pending.Count > 0) await store.KeepVerified(_pass, [], [.. pending], cancellationToken);
        await store.CloseVerified(_pass, _began, cancellationToken);
        await ledger.DropOtherSeals(_pass, cancellationToken);
    }

    private RunStatus AgainOrEnd(RunStatus status)
    {
        Rest = AskAgain(_pending, _timesAgain) ? RepairsNeed : TimeSpan.Zero;
        if (Rest > TimeSpan.Zero) return status with { Cursor = Again };
        return status with { Cursor = null, State = RunState.Completed, Reason = _shifting.Unfinished ? ShiftingPages.MayBeMore : null };
    }

    private static bool AskAgain(HashSet<string> pending, int timesAgain) => pending.Count > 0 && timesAgain < MostTimesAgain;

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

    /// <summary>The page is done: from here on it is not done again, and nothing that can fail follows.</summary>
    private RunStatus Count(RunStatus status, IReadOnlyList<Verdict> verdicts)
    {
        _pending = Pending(verdicts);
        _mended.Clear();
        _outage.Over();
        return status with
        {
            Mismatched = status.Mismatched + verdicts.Count(v => v.Status == SessionComparison.Different && _different.Add(v.SessionId)),
            Failed = status.Failed + verdicts.Count(v => v.Status == SessionComparison.Unverified && _unverified.Add(v.SessionId)),
            Pending = _pending.Count,
            Repaired = status.Repaired + verdicts.Count(v => v.Repaired),
        };
    }

    /// <summary>What is answered is kept: no page counts, and nothing is repaired, before its errors are stored.</summary>
    private async Task<IReadOnlyList<Verdict>> Judge(RunStatus status, IReadOnlyList<string> ids, CallTimes times, CancellationToken cancellationToken)
    {
        ids = [.. ids.Union(_mended.Keys)];
        var verdicts = await FanOut.Each(ids, status.Parallel, id => _mended.TryGetValue(id, out var mended) ? Task.FromResult(mended) : times.Measure(() => Ask(id, cancellationToken)));
        await _outage.Refuse(verdicts.Any(v => v.Unanswered), cancellationToken);
        foreach (var unanswered in verdicts.Where(v => v.Unanswered)) Report(unanswered.SessionId, LegacyTrouble.Unavailable, unanswered.Entry!.Reason!);
        var unjudged = verdicts.Where(v => v.Status == SessionComparison.Unverified).Select(v => v.SessionId).ToList();
        var errors = verdicts.SelectMany(v => v.Errors).ToList();
        await ledger.Keep(IRunGrain.Verify, status.RunId!, [.. verdicts.Where(v => v.Entry is not null).Select(v => v.Entry!)], cancellationToken);
        if (errors.Count + unjudged.Count > 0) await store.KeepVerified(_pass, errors, unjudged, cancellationToken);
        if (!status.Repair || status.DryRun) return verdicts;
        var mended = await FanOut.Each(verdicts, status.Parallel, v => v.Errors.Count == 0 || v.Repaired ? Task.FromResult(v) : Mend(v, cancellationToken));
        await _outage.Refuse(mended.Any(v => v.Unanswered && !v.Repaired && v.Errors.Count > 0), cancellationToken);
        return mended;
    }

    private async Task<Verdict> Mend(Verdict verdict, CancellationToken cancellationToken)
    {
        try
        {
            var session = grains.GetGrain<ISessionGrain>(verdict.SessionId);
            // From here on the sides may be equal when the page is done again: that it is a mismatch is known.
            _mended[verdict.SessionId] = verdict;
            await FanOut.Retrying(() => session.Mend(MendScope.Repair, cancellationToken: cancellationToken));
            return _mended[verdict.SessionId] = verdict with { Repaired = (await FanOut.Retrying(() => session.Compare(cancellationToken: cancellationToken))).Status == SessionComparison.Equal };
        }
        // Also of what it was asked for and answers with an error ever since: of one session that is no reason to do the page again for ever.
        catch (Exception e) when (e is LegacyUnavailableException or OutcomeUnknownException)
        {
            return verdict with { Unanswered = true };
        }
        // One that cannot be mended stays a mismatch.
        catch (Exception e) when (Alone(e))
        {
            Report(verdict.SessionId, CodeOf(e), e.Message);
            return verdict;
        }
    }

    private async Task<Verdict> Ask(string id, CancellationToken cancellationToken)
    {
        try
        {
            var session = grains.GetGrain<ISessionGrain>(id);
            var comparison = await FanOut.Retrying(() => session.Compare(reload: true, cancellationToken));
            // Read once more before anybody is told: whoever writes to legacy directly may have been half way.
            if (comparison.Status == SessionComparison.Different) comparison = await FanOut.Retrying(() => session.Compare(reload: true, cancellationToken));
            if (comparison.Status == SessionComparison.Unverified) return Unverified(id, comparison.Reason ?? "GAIA_HOME did not answer.") with { Unanswered = true };
            return new(id, comparison.Status, [.. comparison.Differences.Select(d => ValidationError.Of(id, d, comparison.Version))]);
        }
        // One record that cannot be compared fails alone.
        catch (Exception e) when (Alone(e))
        {
            Report(id, CodeOf(e), e.Message);
            return Unverified(id, e.Message);
        }
    }

    private static bool Alone(Exception e) => e is not (OperationCanceledException or BlockedException) && !FanOut.Passing(e);

    private static string CodeOf(Exception e) => (e as GaiaException)?.Code ?? "unreadable";

    private Verdict Unverified(string id, string reason) => new(id, SessionComparison.Unverified, []) { Entry = new(id, "failed", null, reason, time.GetUtcNow()) };

    private void Report(string id, string code, string reason) => store.Report(new(id, "both", IRunGrain.Verify, code, reason, 1, 0));

    public async Task<(RunStatus Status, LedgerEntry Entry)> Retry(RunStatus status, string sessionId, CancellationToken cancellationToken)
    {
        var verdict = await Ask(sessionId, cancellationToken);
        if (verdict.Entry is { } failed) return (status, failed);
        if (verdict.Errors.Count > 0) await store.KeepVerified(_pass, verdict.Errors, [], cancellationToken);
        if (verdict.Errors.Count > 0 && status.Repair && !status.DryRun) verdict = await Mend(verdict, cancellationToken);
        // A walk that is under way may come by again, and is not to count it again.
        _unverified.Remove(sessionId);
        _mended.Remove(sessionId);
        if (verdict.Status == SessionComparison.Different) _different.Add(sessionId);
        _pending = Pending([verdict]);
        return (status with
        {
            Mismatched = status.Mismatched + (verdict.Status == SessionComparison.Different ? 1 : 0),
            Repaired = status.Repaired + (verdict.Repaired ? 1 : 0),
            Pending = status.Pending + (verdict.Status == SessionComparison.Pending ? 1 : 0),
            // A walk that was begun again has counted it as what it has become, and left the ledger as it was.
            Failed = Math.Max(0, status.Failed - 1),
        }, new(sessionId, verdict.Status, null, "retried", time.GetUtcNow()));
    }
}
