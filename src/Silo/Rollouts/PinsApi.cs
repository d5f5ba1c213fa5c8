using System.Text.Json.Serialization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Sessions;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>The body of PUT /api/migration/pins/{id}.</summary>
public sealed record PinBody(string? Side, DateTimeOffset? Until, string? Reason)
{
    public PinRequest ToRequest(string id, Caller caller) => new(id, Side switch
    {
        null => throw InvalidInputException.Missing("side"),
        "go" => Contracts.Sessions.Side.Go,
        "python" => Contracts.Sessions.Side.Python,
        _ => throw InvalidInputException.Field("side", "must be go or python"),
    }, Until, caller);
}

/// <summary>A pin as the API shows it; after a change with what the change did.</summary>
public sealed record PinView(
    string SessionId, Side Side, DateTimeOffset? Until, string Reason, string By, DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Epoch = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? GatewaysAcknowledged = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TookMs = null)
{
    public static PinView Of(Pin pin) => new(pin.SessionId, pin.Side, pin.Until, pin.Reason, pin.By, pin.At);
}

/// <summary>Single sessions whose side is decided by hand.</summary>
internal static class PinsApi
{
    private const string Prefix = "/api/migration/pins/";

    public static void MapPins(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/migration/pins", async (IGrainFactory grains, CancellationToken token) =>
            (await RolloutApi.Rollout(grains).Get(token)).Pins.Select(PinView.Of)).WithName("GetPins");
        routes.MapGet(Prefix + "{**id}", async (HttpContext context, IGrainFactory grains, CancellationToken token) =>
        {
            var id = SessionPath.IdOf(context, Prefix);
            return PinView.Of((await RolloutApi.Rollout(grains).Get(token)).Pins.Of(id) ?? throw new UnknownPinException(id));
        }).WithName("GetPin");
        routes.MapPut(Prefix + "{**id}", Pin).WithName("PinSession").Accepts<PinBody>(isOptional: true, "application/json", "*/*");
        routes.MapDelete(Prefix + "{**id}", async (HttpContext context, IGrainFactory grains, CancellationToken token) =>
        {
            var id = SessionPath.IdOf(context, Prefix);
            await RolloutApi.Rollout(grains).Unpin(id, await RolloutApi.WithReason(context, token), token);
            return TypedResults.NoContent();
        }).WithName("UnpinSession").Accepts<ReasonBody>(isOptional: true, "application/json", "*/*");
    }

    private static async Task<PinView> Pin(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var id = SessionPath.IdOf(context, Prefix);
        var body = await JsonBody.Read<PinBody>(context, cancellationToken);
        var request = body.ToRequest(id, context.Caller(body.Reason));
        var change = await RolloutApi.Rollout(grains).Pin(request, cancellationToken);
        return PinView.Of(change.State.Pins.Of(id)!) with { Epoch = change.State.Epoch, GatewaysAcknowledged = change.GatewaysAcknowledged, TookMs = Math.Round(change.TookMs, 1) };
    }
}
