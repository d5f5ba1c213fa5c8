using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Emergencies;

/// <summary>The body of POST /api/gateway/emergency.</summary>
/// <param name="Confirm">The gateway's name, as GET /api/gateway shows it: the lever is pulled where it was meant to be.</param>
public sealed record EmergencyBody(string? To, string? Confirm, string? Reason);

/// <summary>POST /api/gateway/emergency, which asks nobody else.</summary>
public static class EmergencyApi
{
    public static void MapEmergency(this IEndpointRouteBuilder routes) => routes.MapPost("/api/gateway/emergency", async (
        HttpContext context, EmergencySwitch emergency, GatewayLease lease, GatewayName name, CancellationToken cancellationToken) =>
    {
        var body = await JsonBody.Read<EmergencyBody>(context, cancellationToken);
        if (body.To is null) throw InvalidInputException.Missing("to");
        if (body.To is not ("python" or "off")) throw InvalidInputException.Field("to", "must be python or off");
        if (body.Confirm != name.Value) throw InvalidInputException.Field("confirm", $"must be this gateway's name, {name.Value}");
        if (body.To == "python") emergency.TurnOn(context.Caller(body.Reason));
        else emergency.TurnOff(context.Caller(body.Reason));
        return TypedResults.Ok(GatewaySnapshot.Of(lease, name, emergency));
    }).WithName("SetEmergency").Accepts<EmergencyBody>(isOptional: true, "application/json", "*/*");
}
