using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.Guard;
using GaiaOrleans.Silo.Runs;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>GET /api/migration/status: the whole migration on one page.</summary>
internal static class StatusApi
{
    public static void MapMigrationStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/api/migration/status", Status).WithName("GetMigrationStatus");

    private static async Task<IResult> Status(
        IGrainFactory grains, EvidenceCollector evidence, CountedSessions counted, IOptions<RolloutOptions> options, DualWriteEnvironment environment, CancellationToken cancellationToken)
    {
        var state = await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Get(cancellationToken);
        var seen = await evidence.Collect(grains, state, cancellationToken);
        var counts = await counted.Recent(cancellationToken);
        // As they are, rehearsals too; the gates go by those that prove something.
        var runs = await Task.WhenAll(RunsApi.Kinds.Select(kind => grains.GetGrain<IRunGrain>(kind).Status(cancellationToken)));
        var next = RolloutRules.Plan(state, PhaseApi.Next(state), seen);
        return TypedResults.Ok(new
        {
            state.Phase,
            state.PhaseSince,
            state.Epoch,
            state.Paused,
            Rehearsal = options.Value.Rehearsal,
            Traffic = SplitView.Of(state),
            DualWrite = new { state.DualWrite.Enabled, state.DualWrite.Closing, state.DualWrite.Mode, state.DualWrite.Ack, state.ConflictStrategy },
            Sessions = new { Total = counts.Live, counts.Migrated, counts.Deleted, counts.Disputed, Pending = seen.Lag?.Pending },
            Runs = runs.Where(r => r.State != RunState.Waiting),
            Next = new { Phase = next.To, next.CanAdvance, next.Blockers },
            Guard = GuardView.Of(await grains.GetGrain<IGuardGrain>(IGuardGrain.Key).Status(cancellationToken)),
            SyncLagMs = seen.Lag is { } lag ? Math.Round(lag.Oldest.TotalMilliseconds, 1) : (double?)null,
            ConflictsOpen = seen.Lag?.OpenConflicts,
            EnvironmentMismatch = environment.Mismatch(state),
        });
    }
}
