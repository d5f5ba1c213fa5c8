using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;
using Orleans.Concurrency;

namespace GaiaOrleans.Grains.Sessions;

[StatelessWorker, GrainType("gaia.session.list")]
public sealed class SessionListGrain(ISessionStore store, SiloLease lease) : Grain, ISessionListGrain
{
    private const int MostPending = 100_000;

    public async Task<SessionPage> Page(string? cursor, int limit, string? status, string? tier, CancellationToken cancellationToken)
    {
        if (!await ClusterHasAll(cancellationToken))
            return new(false, [.. (await store.ListBehind(MostPending, cancellationToken)).Select(Listed)], null);
        var rows = await store.List(cursor, limit + 1, status, tier, cancellationToken);
        return new(true, [.. rows.Take(limit).Select(Listed)], rows.Count > limit ? rows[limit - 1].Id : null);
    }

    private async Task<bool> ClusterHasAll(CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        if (rollout.AfterCutover) return true;
        var run = await GrainFactory.GetGrain<IRunGrain>(IRunGrain.Migrate).Status(cancellationToken);
        return run is { State: RunState.Completed, Failed: 0, DryRun: false } && run.Generation == rollout.Generation;
    }

    private static ListedSession Listed(SessionRow row) => new(row.Id, row.Document?.Utf8);
}
