using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.Guard;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>GET /api/migration/status: the whole migration on one page.</summary>
internal static class StatusApi
{
    public static void MapMigrationStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/api/migration/status", Status).WithName("GetMigrationStatus");

    private static async Task<IResult> Status(
        IGrainFactory grains, ISessionStore sessions, EvidenceCollector evidence, IOptions<RolloutOptions> options, DualWriteEnvironment environment, CancellationToken cancellationToken)
    {
        var state = await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Get(cancellationToken);
        var seen = await evidence.Collect(grains, cancellationToken);
        var counts = await sessions.Count(cancellationToken);
        var next = state.Phase == RolloutPhase.Completed ? state.Phase : state.Phase + 1;
        var blockers = Gates.Between(state.Phase, next, state, seen);
        return TypedResults.Ok(new
        {
            state.Phase,
            state.Epoch,
            state.Paused,
            Rehearsal = options.Value.Rehearsal,
            Traffic = SplitView.Of(state),
            DualWrite = new { state.DualWrite.Enabled, state.DualWrite.Closing, state.DualWrite.Mode, state.DualWrite.Ack, state.ConflictStrategy },
            Sessions = new { Total = counts.Live, counts.Migrated, counts.Deleted, counts.Disputed, counts.Pending },
            Runs = new[] { seen.Migrate, seen.Verify }.Where(r => r is not null && r.State != RunState.Waiting),
            Guard = GuardView.Of(await grains.GetGrain<IGuardGrain>(IGuardGrain.Key).Status(cancellationToken)),
            Next = new { Phase = next, CanAdvance = blockers.Count == 0 && state.Phase != next, Blockers = blockers },
            SyncLagMs = seen.Lag is { } lag ? Math.Round(lag.Oldest.TotalMilliseconds, 1) : (double?)null,
            ConflictsOpen = counts.OpenConflicts,
            EnvironmentMismatch = environment.Mismatch(state),
        });
    }
}
