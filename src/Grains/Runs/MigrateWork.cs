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
    private const int MostWalks = 5;

    // Their commits wait for the disk together: one after the other, a page would take as many times as long as it has portions.
    private const int ImportsAtOnce = 4;

    private readonly PageAhead _pages = new(legacy);
    private bool _shifts;
    private long _migratedBefore;

    public long Looked { get; private set; }

    public RunStatus Begin(RunStatus stored) => stored;

    public async Task<RunStatus> Page(RunStatus status, CallTimes times, CancellationToken cancellationToken)
    {
        var rollout = await lease.Refresh(cancellationToken);
        var (page, generation) = await _pages.Take(status.Cursor, rollout.Generation, cancellationToken);
        _shifts |= page.Shifts;
        var imported = status.DryRun || !rollout.FeedsLegacy ? [] : await Import(page.Sessions, status.Parallel, generation, times, cancellationToken);
        // Each session is imported once, however often the page shows it.
        var rest = page.Sessions.Where(listed => listed.Id is null || !imported.Remove(listed.Id)).ToList();
        var asked = await FanOut.Each(rest, status.Parallel, listed => times.Measure(() => Migrate(listed, generation, status.DryRun, cancellationToken)));
        IReadOnlyList<Result> outcomes = [.. asked, .. Enumerable.Repeat(new Result(SessionMigration.Migrated, null), page.Sessions.Count - rest.Count)];
        var counted = status.Passes == 0 ? outcomes : await News(status, outcomes, cancellationToken);
        await ledger.Keep(IRunGrain.Migrate, status.RunId!, [.. outcomes.Where(o => o.Entry is not null).Select(o => o.Entry!)], cancellationToken);
        Looked += page.Sessions.Count;
        return Next(Count(status, counted) with { Total = page.Total ?? status.Total }, page);
    }

    public async Task<(RunStatus Status, LedgerEntry Entry)> Retry(RunStatus status, string sessionId, CancellationToken cancellationToken)
    {
        var generation = (await lease.Refresh(cancellationToken)).Generation;
        var result = await Migrate(new(sessionId, [], null), generation, status.DryRun, cancellationToken);
        var entry = result.Entry ?? new(sessionId, SessionMigration.Migrated, null, "retried", time.GetUtcNow());
        return (result.Outcome == SessionMigration.Failed ? status : Count(status with { Failed = status.Failed - 1, Listed = status.Listed - 1, Done = status.Done - 1 }, [result]), entry);
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
    private async Task<HashSet<string>> Import(IReadOnlyList<LegacyListed> sessions, int parallel, long generation, CallTimes times, CancellationToken cancellationToken)
    {
        var portions = sessions.Where(s => s.Id is not null).DistinctBy(s => s.Id).Chunk(parallel).ToList();
        var added = await FanOut.Each(portions, ImportsAtOnce, portion => times.Measure(() => FanOut.Retrying(() =>
            grains.GetGrain<IImportGrain>(portion[0].Id!).Add([.. portion.Select(s => s.Id!)], [.. portion.Select(s => s.Raw)], generation, cancellationToken))));
        return [.. portions.Zip(added).SelectMany(p => p.First.Zip(p.Second).Where(s => s.Second).Select(s => s.First.Id!))];
    }

    private RunStatus Next(RunStatus status, LegacyPage page)
    {
        if (page.Next is not null) return status with { Cursor = page.Next };
        var found = status.Migrated > _migratedBefore;
        _migratedBefore = status.Migrated;
        var again = _shifts && found && !status.DryRun && status.Passes + 1 < MostWalks;
        return status with { Cursor = null, Passes = status.Passes + 1, State = again ? status.State : RunState.Completed };
    }

    private static RunStatus Count(RunStatus status, IReadOnlyList<Result> outcomes) => status with
    {
        Listed = status.Listed + outcomes.Count,
        Done = status.Done + outcomes.Count,
        Migrated = status.Migrated + outcomes.Count(o => o.Outcome == SessionMigration.Migrated),
        Skipped = status.Skipped + outcomes.Count(o => o.Outcome is SessionMigration.Skipped or SessionMigration.AlreadyMigrated),
        Failed = status.Failed + outcomes.Count(o => o.Outcome == SessionMigration.Failed),
    };

    private async Task<Result> Migrate(LegacyListed listed, long generation, bool dryRun, CancellationToken cancellationToken)
    {
        if (listed.Id is not { } id) return Failed(NamelessRecord.NameOf(listed), null, NamelessRecord.ProblemOf(listed));
        try
        {
            if (dryRun)
            {
                if (listed.Raw.Length == 0) await legacy.Get(id, cancellationToken);
                else legacy.Understand(id, listed.Raw);
                return new(SessionMigration.Migrated, null);
            }

            var hint = listed.Raw.Length == 0 ? null : listed.Raw;
            var done = await FanOut.Retrying(() => grains.GetGrain<ISessionGrain>(id).Migrate(hint, true, generation, cancellationToken));
            return new(done.Status, done is { Status: SessionMigration.Skipped } ? new(id, done.Status, null, done.Reason ?? "deleted", time.GetUtcNow()) : null);
        }
        // One bad record fails alone, whatever is wrong with it: the ledger says which and why. What is wrong with the cluster fails the page.
        catch (Exception e) when (e is not OperationCanceledException && !FanOut.Passing(e))
        {
            return Failed(id, (e as InvalidInputException)?.Errors?.Keys.FirstOrDefault(), e.Message);
        }
    }

    private Result Failed(string id, string? field, string reason)
    {
        store.Report(new(id, Side.Python.Wire(), IRunGrain.Migrate, "migration_failed", reason, 1, 0));
        return new(SessionMigration.Failed, new(id, SessionMigration.Failed, field, reason, time.GetUtcNow()));
    }

    private sealed record Result(string Outcome, LedgerEntry? Entry);
}
