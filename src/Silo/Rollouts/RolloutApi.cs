using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Conflicts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>The body of POST /api/migration/dual-write; a member that is left out stays as it is.</summary>
public sealed record DualWriteBody(bool? Enabled, string? Mode, string? Ack, string? Reason, string? ConflictStrategy = null);

/// <summary>The body of POST /api/migration/rollback, which may be left out: in an emergency nobody should have to know its members. Default: to 0.</summary>
/// <param name="DrainTimeoutS">
/// How long to wait, once the split has flipped, until legacy is sure to have every change; 0 to 600. Where it is left out, up to 10 s for changes that are
/// on their way: what legacy may still carry out late is counted as pending, and not waited for.
/// </param>
public sealed record RollbackBody(decimal? ToPercentage = null, string? Reason = null, bool? Force = null, double? DrainTimeoutS = null);

/// <summary>A body that is only a reason.</summary>
public sealed record ReasonBody(string? Reason);

/// <summary>Dual-write, rollback, gateways and history.</summary>
internal static class RolloutApi
{
    private const double DrainTimeoutS = 10;

    public static void MapRollout(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/migration");
        api.MapGet("/dual-write", async (IGrainFactory grains, CancellationToken token) => View(await Rollout(grains).Get(token))).WithName("GetDualWrite");
        api.MapPost("/dual-write", SetDualWrite).WithName("SetDualWrite").Accepts<DualWriteBody>(isOptional: true, "application/json", "*/*");
        api.MapPost("/rollback", Rollback).WithName("Rollback").Accepts<RollbackBody>(isOptional: true, "application/json", "*/*");
        api.MapPost("/pause", async (HttpContext context, IGrainFactory grains, CancellationToken token) =>
            View(await Rollout(grains).Pause(await WithReason(context, token), token))).WithName("Pause").Accepts<ReasonBody>(isOptional: true, "application/json", "*/*");
        api.MapPost("/resume", async (HttpContext context, IGrainFactory grains, CancellationToken token) =>
            View(await Rollout(grains).Resume(await WithReason(context, token), token))).WithName("Resume").Accepts<ReasonBody>(isOptional: true, "application/json", "*/*");
        api.MapGet("/history", async (IGrainFactory grains, int? limit, CancellationToken token) => await Rollout(grains).History(Limits.Check(limit), token)).WithName("GetHistory");
        api.MapGet("/gateways", async (IGrainFactory grains, CancellationToken token) => await Rollout(grains).Gateways(token)).WithName("GetGateways");
        api.MapDelete("/gateways/{id}", RemoveGateway).WithName("RemoveGateway").Accepts<ReasonBody>(isOptional: true, "application/json", "*/*");
    }

    internal static IRolloutGrain Rollout(IGrainFactory grains) => grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key);

    private static async Task<IResult> SetDualWrite(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<DualWriteBody>(context, cancellationToken);
        var request = new DualWriteRequest(body.Enabled, DualWriteSpelling.Mode(body.Mode), DualWriteSpelling.Ack(body.Ack), context.Caller(body.Reason),
            ConflictSpelling.Strategy(body.ConflictStrategy, "conflict_strategy"));
        if (request is { Enabled: null, Mode: null, Ack: null, ConflictStrategy: null }) throw InvalidInputException.Missing("enabled");
        var change = await Rollout(grains).SetDualWrite(request, cancellationToken);
        return TypedResults.Ok(View(change));
    }

    private static async Task<IResult> Rollback(HttpContext context, IGrainFactory grains, ISessionStore sessions, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadIfAny<RollbackBody>(context, cancellationToken) ?? new();
        var to = body.ToPercentage ?? 0;
        RolloutRules.CheckPercentage(to, "to_percentage");
        if (body.DrainTimeoutS is < 0 or > 600) throw InvalidInputException.Field("drain_timeout_s", "must be between 0 and 600 seconds");
        var started = time.GetTimestamp();
        var result = await Rollout(grains).Rollback(new(to, context.Caller(body.Reason), body.Force is true), cancellationToken);
        var (within, asked) = (TimeSpan.FromSeconds(body.DrainTimeoutS ?? DrainTimeoutS), body.DrainTimeoutS is not null);
        var left = result.Drained ? 0 : (await LegacyDrain.WaitThrough(sessions, within, late: asked, time, cancellationToken))?.ServedHere;
        return TypedResults.Ok(new { result.State.Epoch, TookMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1), Drained = left == 0, Pending = left, Traffic = SplitView.Of(result.State) });
    }

    private static async Task<IResult> RemoveGateway(string id, HttpContext context, IGrainFactory grains, IOptions<RolloutOptions> options, CancellationToken cancellationToken)
    {
        var caller = await WithReason(context, cancellationToken);
        var known = await Rollout(grains).Gateways(cancellationToken);
        var gateway = known.FirstOrDefault(g => g.Id == id) ?? throw InvalidInputException.Field("id", "is no registered gateway");
        GatewayRules.CheckGone(gateway, options.Value.Lease + options.Value.Margin);
        await Rollout(grains).RemoveGateway(id, caller, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>An empty body is a missing reason, which the rule then asks for where it needs one.</summary>
    internal static async Task<Caller> WithReason(HttpContext context, CancellationToken cancellationToken) =>
        context.Caller((await JsonBody.ReadIfAny<ReasonBody>(context, cancellationToken))?.Reason);

    private static DualWriteView View(RolloutChange change) =>
        View(change.State) with { GatewaysAcknowledged = change.GatewaysAcknowledged, TookMs = Math.Round(change.TookMs, 1) };

    private static DualWriteView View(RolloutState state) =>
        new(state.DualWrite.Enabled, state.DualWrite.Closing, state.DualWrite.Mode, state.DualWrite.Ack, state.ConflictStrategy, state.Epoch, state.Generation, state.Paused, state.UpdatedAt, state.UpdatedBy);
}

/// <summary>Dual-write as the API shows it.</summary>
public sealed record DualWriteView(
    bool Enabled, bool Closing, DualWriteMode Mode, AckPolicy Ack, ConflictStrategy ConflictStrategy, long Epoch, long Generation, string? Paused, DateTimeOffset UpdatedAt, string UpdatedBy,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] int? GatewaysAcknowledged = null,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] double? TookMs = null);
