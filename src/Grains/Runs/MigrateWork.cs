using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// Makes every document of the legacy list the first row of its session, many at once. What cannot be imported so is handed to its session,
/// and a session that the cluster knows already is left alone. Where deletions shift legacy's pages, it walks again until a walk finds nothing
/// new: what slipped past one is not missed.
/// </summary>
public sealed class MigrateWork(ILegacySessions legacy, ISessionStore store, IRunLedger ledger, SiloLease lease, IGrainFactory grains, TimeProvider time) : IRunWork
{
    // Their commits wait for the disk together: one after the other, a page would take as many times as long as it has portions.
    private const int ImportsAtOnce = 4;

    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    private readonly PageAhead _pages = new(legacy, time);

    // One that two pages show fails once.
    private HashSet<string> _failed = [];

    // By the page that is under way: done again, it finds them known.
    private readonly HashSet<string> _migrated = [];
    private readonly LegacyOutage _outage = new(legacy);
    private bool _shifts;
    private long _migratedBefore;

    public long Looked { get; private set; }

    public RunStatus Begin(RunStatus stored) => stored;

    public async Task<RunStatus> Page(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var rollout = await lease.Refresh(cancellationToken);
        var (page, generation) = await _pages.Take(status.Cursor, rollout.Generation, times, cancellationToken);
        _shifts |= page.Shifts;
        if (!status.DryRun && rollout.FeedsLegacy) await Import(page.Sessions, status.Parallel, generation, times, cancellationToken);
        var imported = new HashSet<string>(_migrated);
        var known = status.DryRun ? await store.Known([.. page.Sessions.Where(s => s.Id is not null).Select(s => s.Id!)], cancellationToken) : None;
        // Each session is imported once, however often the page shows it.
        var rest = page.Sessions.Where(listed => listed.Id is null || !imported.Remove(listed.Id)).ToList();
        var asked = await FanOut.Each(rest, status.Parallel, listed => times.Measure(() => Migrate(listed, generation, status.DryRun, known, cancellationToken)));
        await _outage.Refuse(asked.Any(o => o.Unanswered), cancellationToken);
        foreach (var unanswered in asked.Where(o => o.Unanswered)) Report(unanswered.Entry!.SessionId, unanswered.Entry.Reason!);
        IReadOnlyList<Result> outcomes = [.. asked, .. Enumerable.Repeat(new Result(SessionMigration.Migrated, null), page.Sessions.Count - rest.Count)];
        var failed = new HashSet<string>(_failed);
        outcomes = [.. outcomes.Where(o => o.Outcome != SessionMigration.Failed || failed.Add(o.Entry!.SessionId))];
        var counted = status.Passes == 0 ? outcomes : await News(status, outcomes, cancellationToken);
        await ledger.Keep(IRunGrain.Migrate, status.RunId!, [.. outcomes.Where(o => o.Entry is not null).Select(o => o.Entry!)], cancellationToken);
        _failed = failed;
        _migrated.Clear();
        _outage.Over();
        Looked += page.Sessions.Count;
        return Next(Count(status, counted) with { Total = page.Total ?? status.Total }, page);
    }

    public async Task<(RunStatus Status, LedgerEntry Entry)> Retry(RunStatus status, string sessionId, CancellationToken cancellationToken)
    {
        var generation = (await lease.Refresh(cancellationToken)).Generation;
        var result = await Migrate(new(sessionId, [], null), generation, status.DryRun, None, cancellationToken);
        if (result.Outcome != SessionMigration.Failed) _failed.Remove(sessionId);
        // Counted here, and by no page.
        _migrated.Remove(sessionId);
        var entry = result.Entry ?? new(sessionId, SessionMigration.Migrated, null, "retried", time.GetUtcNow());
        if (result.Outcome == SessionMigration.Failed) return (status, entry);
        // A page that was done again has counted it as what it has become, and left the ledger as it was.
        return (status.Failed == 0 ? status : Count(status with { Failed = status.Failed - 1, Listed = status.Listed - 1, Done = status.Done - 1 }, [result]), entry);
    }

    /// <summary>What no walk before this one has seen: what it brought, and what failed and is not in the ledger as failed.</summary>
    private async Task<IReadOnlyList<Result>> News(RunStatus status, IReadOnlyList<Result> outcomes, CancellationToken cancellationToken)
    {
        var news = outcomes.Where(o => o.Outcome == SessionMigration.Migrated).ToList();
        foreach (var failed in outcomes.Where(o => o.Outcome == SessionMigration.Failed))
            if (await ledger.Find(IRunGrain.Migrate, status.RunId!, failed.Entry!.SessionId, cancellationToken) is not { Outcome: SessionMigration.Failed })
                news.Add(failed);
        return news;
    }

    /// <summary>The sessions that the cluster did not know; who is not among them must be asked for itself.</summary>
    private async Task Import(IReadOnlyList<LegacyListed> sessions, int parallel, long generation, CallTimes times, CancellationToken cancellationToken)
    {
        var portions = sessions.Where(s => s.Id is not null && !_migrated.Contains(s.Id)).DistinctBy(s => s.Id).Chunk(parallel);
        await FanOut.Each([.. portions], ImportsAtOnce, async portion =>
        {
            var added = await times.MeasureRows(portion.Length, () => FanOut.Retrying(() =>
                grains.GetGrain<IImportGrain>(portion[0].Id!).Add([.. portion.Select(s => s.Id!)], [.. portion.Select(s => s.Raw)], generation, cancellationToken)));
            _migrated.UnionWith(portion.Zip(added).Where(s => s.Second).Select(s => s.First.Id!));
            return added;
        });
    }

    private RunStatus Next(RunStatus status, LegacyPage page)
    {
        if (page.Next is not null) return status with { Cursor = page.Next };
        var found = status.Migrated > _migratedBefore;
        _migratedBefore = status.Migrated;
        var passes = status.Passes + 1;
        if (!_shifts || !found || status.DryRun) return status with { Cursor = null, Passes = passes, State = RunState.Completed };
        if (passes < ShiftingPages.MostWalks) return status with { Cursor = null, Passes = passes };
        return status with
        {
            Cursor = null,
            Passes = passes,
            State = RunState.Completed,
            Reason = ShiftingPages.MayBeMore,
        };
    }

    private static RunStatus Count(RunStatus status, IReadOnlyList<Result> outcomes) => status with
    {
        Listed = status.Listed + outcomes.Count,
        Done = status.Done + outcomes.Count,
        Migrated = status.Migrated + outcomes.Count(o => o.Outcome == SessionMigration.Migrated),
        Skipped = status.Skipped + outcomes.Count(o => o.Outcome is SessionMigration.Skipped or SessionMigration.AlreadyMigrated),
        Failed = status.Failed + outcomes.Count(o => o.Outcome == SessionMigration.Failed),
    };

    private async Task<Result> Migrate(LegacyListed listed, long generation, bool dryRun, IReadOnlySet<string> known, CancellationToken cancellationToken)
    {
        if (listed.Id is not { } id) return Failed(NamelessRecord.NameOf(listed), null, NamelessRecord.ProblemOf(listed));
        try
        {
            if (dryRun)
            {
                if (known.Contains(id)) return new(SessionMigration.AlreadyMigrated, null);
                if (listed.Raw.Length == 0) await legacy.Get(id, exists: true, cancellationToken);
                else legacy.Understand(id, listed.Raw);
                return new(SessionMigration.Migrated, null);
            }

            var hint = listed.Raw.Length == 0 ? null : listed.Raw;
            var done = await FanOut.Retrying(() => grains.GetGrain<ISessionGrain>(id).Migrate(hint, true, generation, cancellationToken));
            if (done.Status == SessionMigration.Migrated) _migrated.Add(id);
            return new(done.Status, done is { Status: SessionMigration.Skipped } ? new(id, done.Status, null, done.Reason ?? "deleted", time.GetUtcNow()) : null);
        }
        // One bad record fails alone, whatever is wrong with it: the ledger says which and why. What is wrong with the cluster fails the page.
        catch (Exception e) when (e is not OperationCanceledException && !FanOut.Passing(e))
        {
            if (e is LegacyUnavailableException) return new(SessionMigration.Failed, Entry(id, null, e.Message), Unanswered: true);
            return Failed(id, (e as InvalidInputException)?.Errors?.Keys.FirstOrDefault(), e.Message);
        }
    }

    private Result Failed(string id, string? field, string reason)
    {
        Report(id, reason);
        return new(SessionMigration.Failed, Entry(id, field, reason));
    }

    private void Report(string id, string reason) => store.Report(new(id, Side.Python.Wire(), IRunGrain.Migrate, "migration_failed", reason, 1, 0));

    private LedgerEntry Entry(string id, string? field, string reason) => new(id, SessionMigration.Failed, field, reason, time.GetUtcNow());

    /// <param name="Unanswered">GAIA_HOME did not say.</param>
    private sealed record Result(string Outcome, LedgerEntry? Entry, bool Unanswered = false);
}
