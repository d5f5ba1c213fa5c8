using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Hands every document of the legacy list to its session. A session that the cluster knows already is left alone.</summary>
public sealed class MigrateWork(ILegacySessions legacy, ISessionStore store, SiloLease lease, IGrainFactory grains, IOptions<RunOptions> options) : IRunWork
{
    public RunStatus Begin(RunStatus stored) => stored;

    public async Task<RunStatus> Page(RunStatus status, CancellationToken cancellationToken)
    {
        var generation = (await lease.Refresh(cancellationToken)).Generation;
        var page = await legacy.List(status.Cursor, cancellationToken);
        var outcomes = await FanOut.Each(page.Sessions, options.Value.Parallel, listed => Migrate(listed, generation, status.DryRun, cancellationToken));
        return status with
        {
            Listed = status.Listed + page.Sessions.Count,
            Done = status.Done + page.Sessions.Count,
            Migrated = status.Migrated + outcomes.Count(o => o == SessionMigration.Migrated),
            Skipped = status.Skipped + outcomes.Count(o => o is SessionMigration.Skipped or SessionMigration.AlreadyMigrated),
            Failed = status.Failed + outcomes.Count(o => o == SessionMigration.Failed),
            Cursor = page.Next,
            State = page.Next is null ? RunState.Completed : status.State,
        };
    }

    private async Task<string> Migrate(LegacyListed listed, long generation, bool dryRun, CancellationToken cancellationToken)
    {
        if (listed.Id is not { } id) return Failed("(no id)", listed.Problem ?? "The record has no id.");
        try
        {
            if (!dryRun) return (await FanOut.Retrying(() => grains.GetGrain<ISessionGrain>(id).Migrate(listed.Raw, true, generation, cancellationToken))).Status;
            legacy.Understand(id, listed.Raw);
            return SessionMigration.Migrated;
        }
        // One bad record fails alone, whatever is wrong with it: the ledger says which and why. What is wrong with the cluster fails the page.
        catch (Exception e) when (e is not OperationCanceledException && !FanOut.Passing(e))
        {
            return Failed(id, e.Message);
        }
    }

    private string Failed(string id, string reason)
    {
        store.Report(new(id, Side.Python.Wire(), IRunGrain.Migrate, "migration_failed", reason, 1, 0));
        return SessionMigration.Failed;
    }
}
