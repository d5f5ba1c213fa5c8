using System.Text.Json.Serialization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>The guide's metrics, cluster-wide and from what is stored.</summary>
internal static class FiguresApi
{
    private const int LagThresholdMs = 100;
    private static readonly TimeSpan RecentSpan = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LagSpan = TimeSpan.FromHours(1);

    public static void MapFigures(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/migration");
        api.MapGet("/metrics", Metrics).WithName("GetMigrationMetrics");
        api.MapGet("/dual-write-metrics", DualWriteMetrics).WithName("GetDualWriteMetrics");
        api.MapGet("/dual-write-health", DualWriteHealth).WithName("GetDualWriteHealth");
        api.MapGet("/sync-lag", SyncLag).WithName("GetSyncLag");
        api.MapGet("/errors", Errors).WithName("GetErrors");
    }

    private static async Task<IResult> Metrics(IGrainFactory grains, CountedSessions counted, IWindowStore windows, TimeProvider time, CancellationToken cancellationToken)
    {
        var counts = await counted.Recent(cancellationToken);
        var totals = await Totals(windows, cancellationToken);
        // What a rehearsal counts is not what has become of the sessions.
        var migrate = RunProof.Judged(await grains.GetGrain<IRunGrain>(IRunGrain.Migrate).Status(cancellationToken));
        var verify = RunProof.Judged(await grains.GetGrain<IRunGrain>(IRunGrain.Verify).Status(cancellationToken));
        return TypedResults.Ok(new
        {
            TotalSessions = counts.Live,
            MigratedSessions = counts.Migrated,
            FailedMigrations = migrate.Failed,
            ValidatedSessions = verify.Done - verify.Mismatched - verify.Failed - verify.Pending,
            SkippedSessions = migrate.Skipped,
            DualWriteErrors = totals.Partial + totals.Failed,
            StartTime = migrate.StartedAt,
            LastUpdateTime = time.GetUtcNow(),
            EstimatedComplete = migrate.FinishedAt ?? migrate.Eta,
            Latencies = Latencies(await Recent(windows, cancellationToken)),
        });
    }

    /// <summary>Over the last 15 minutes; null without a call in that time.</summary>
    private static Dictionary<string, double?> Latencies(WindowLatencies recent)
    {
        var latencies = new Dictionary<string, double?>();
        foreach (var (label, share) in (ReadOnlySpan<(string, double)>)[("p50", 0.5), ("p95", 0.95), ("p99", 0.99)])
        {
            latencies[$"go_latency_{label}_ms"] = P(recent.Go, share);
            latencies[$"python_latency_{label}_ms"] = P(recent.Python, share);
            latencies[$"dual_write_latency_{label}_ms"] = P(recent.DualWrite, share);
        }

        return latencies;
    }

    private static async Task<IResult> DualWriteMetrics(IGrainFactory grains, ISessionStore sessions, CountedSessions counted, IWindowStore windows, CancellationToken cancellationToken)
    {
        var state = await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Get(cancellationToken);
        var totals = await Totals(windows, cancellationToken);
        var (counts, lag) = (await counted.Recent(cancellationToken), await sessions.Lag(cancellationToken));
        return TypedResults.Ok(new
        {
            state.DualWrite.Enabled,
            state.DualWrite.Mode,
            state.DualWrite.Ack,
            TotalWrites = totals.Total,
            SuccessfulWrites = totals.Successful,
            PartialWrites = totals.Partial,
            FailedWrites = totals.Failed,
            ConflictResolved = counts.ResolvedConflicts,
            ConflictUnresolved = lag.OpenConflicts,
            SuccessRate = totals.Total == 0 ? (double?)null : Math.Round((double)totals.Successful / totals.Total, 6),
            lag.Pending,
        });
    }

    /// <summary>Latencies and error rates are those of the calls to a side in the last 15 minutes; the circuit is the answering silo's own. Without its database nothing is known but that.</summary>
    private static async Task<IResult> DualWriteHealth(
        IGrainFactory grains, ISessionStore sessions, IWindowStore windows, ILegacySessions legacy, CancellationToken cancellationToken)
    {
        var pinging = legacy.Ping(cancellationToken);
        try
        {
            var state = await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Get(cancellationToken);
            var lag = await sessions.Lag(cancellationToken);
            var now = await windows.Now(cancellationToken);
            var counts = (await windows.Sums(now - RecentSpan, now, cancellationToken)).Counts;
            var recent = await windows.Latencies(now - RecentSpan, now, cancellationToken);
            var python = await pinging;
            var status = !python && state.FeedsLegacy ? "unhealthy" : lag.Oldest.TotalMilliseconds > LagThresholdMs ? "degraded" : "healthy";
            return TypedResults.Ok(new HealthView(
                status, state.DualWrite.Enabled, state.DualWrite.Mode, new(true, P(recent.Go, 0.95), Rate(counts.Go)), new(python, P(recent.Python, 0.95), Rate(counts.Python), legacy.Circuit),
                lag.Pending, Ms(lag.Oldest)));
        }
        catch (StorageUnavailableException)
        {
            return TypedResults.Ok(new HealthView("unhealthy", null, null, new(false, null, null), new(await pinging, null, null, legacy.Circuit), null, null));
        }
    }

    private sealed record HealthView(string Status, bool? Enabled, DualWriteMode? Mode, SideHealth Go, SideHealth Python, long? Pending, double? OldestPendingMs);

    private sealed record SideHealth(bool Reachable, double? LatencyP95Ms, double? ErrorRate, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Circuit = null);

    /// <summary>As it is now, but for <c>max_ms</c>: the highest of the last hour.</summary>
    private static async Task<IResult> SyncLag(ISessionStore sessions, IWindowStore windows, CancellationToken cancellationToken)
    {
        var lag = await sessions.Lag(cancellationToken);
        var now = await windows.Now(cancellationToken);
        var highest = TimeSpan.FromMilliseconds((await windows.Sums(now - LagSpan, now, cancellationToken)).LagMaxMs ?? 0);
        return TypedResults.Ok(new
        {
            CurrentMs = Ms(lag.Oldest),
            P50Ms = Ms(lag.P50),
            P95Ms = Ms(lag.P95),
            MaxMs = Ms(highest > lag.Oldest ? highest : lag.Oldest),
            lag.Pending,
            lag.OldestSessionId,
            ThresholdMs = LagThresholdMs,
            Status = lag.P95.TotalMilliseconds > LagThresholdMs ? "investigate" : "ok",
        });
    }

    private static async Task<IResult> Errors(IMigrationFigures figures, int? limit, string? since, CancellationToken cancellationToken)
    {
        DateTimeOffset? from = null;
        if (since is not null) from = SessionTimestamp.TryParse(since, out var time) ? time : throw InvalidInputException.Field("since", "must be an ISO-8601 time");
        var (errors, total) = await figures.Errors(Limits.Check(limit), from, cancellationToken);
        return TypedResults.Ok(new { Errors = errors, Total = total });
    }

    private static double? P(long[] histogram, double share) => LatencyHistogram.Percentile(histogram, share) is { } ms ? Math.Round(ms, 2) : null;

    private static double Ms(TimeSpan span) => Math.Round(span.TotalMilliseconds, 1);

    private static double? Rate(SideCounts side) => side.Calls == 0 ? null : Math.Round((double)side.FailedCalls / side.Calls, 6);

    private static async Task<WindowCounts> Totals(IWindowStore windows, CancellationToken cancellationToken) =>
        (await windows.Sums(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancellationToken)).Counts;

    private static async Task<WindowLatencies> Recent(IWindowStore windows, CancellationToken cancellationToken)
    {
        var now = await windows.Now(cancellationToken);
        return await windows.Latencies(now - RecentSpan, now, cancellationToken);
    }
}
