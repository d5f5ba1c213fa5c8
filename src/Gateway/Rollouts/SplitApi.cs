using System.Text.Json.Serialization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Access;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>The body of POST /api/traffic-split, with the guide's names.</summary>
public sealed record SplitBody(decimal? GoPercentage, decimal? PythonPercentage, string? Reason, bool? Force, long? ExpectedEpoch)
{
    public SplitRequest ToRequest(Caller caller)
    {
        if (GoPercentage is not { } go) throw InvalidInputException.Missing("go_percentage");
        if (PythonPercentage is not { } python) throw InvalidInputException.Missing("python_percentage");
        if (go is < 0 or > 100) throw InvalidInputException.Field("go_percentage", "must be between 0 and 100");
        if (python is < 0 or > 100) throw InvalidInputException.Field("python_percentage", "must be between 0 and 100");
        if (go + python != 100) throw InvalidInputException.Field("python_percentage", $"go_percentage and python_percentage must add up to 100; {go} + {python} = {go + python}");
        return new(go, caller, Force is true, ExpectedEpoch);
    }
}

/// <summary>The split as both sides of the API show it.</summary>
public sealed record SplitView(
    decimal GoPercentage, decimal PythonPercentage, long Epoch, RolloutPhase Phase, DateTimeOffset UpdatedAt, string UpdatedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? GatewaysAcknowledged = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TookMs = null)
{
    public static SplitView Of(RolloutState state) => new(state.GoPercentage, 100 - state.GoPercentage, state.Epoch, state.Phase, state.UpdatedAt, state.UpdatedBy);

    public static SplitView Of(RolloutChange change) =>
        Of(change.State) with { GatewaysAcknowledged = change.GatewaysAcknowledged, TookMs = Math.Round(change.TookMs, 1) };
}

/// <summary>GET and POST /api/traffic-split, answered by silos and by the standalone gateway.</summary>
public static class SplitApi
{
    public static void MapTrafficSplit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/traffic-split", async (IGrainFactory grains, CancellationToken cancellationToken) =>
            TypedResults.Ok(SplitView.Of(await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Get(cancellationToken)))).WithName("GetTrafficSplit");

        routes.MapPost("/api/traffic-split", async (HttpContext context, IGrainFactory grains, CancellationToken cancellationToken) =>
        {
            var body = await JsonBody.Read<SplitBody>(context, cancellationToken);
            var change = await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Split(body.ToRequest(context.Caller(body.Reason)), cancellationToken);
            return TypedResults.Ok(SplitView.Of(change));
        }).WithName("SetTrafficSplit").Accepts<SplitBody>(isOptional: true, "application/json", "*/*");
    }
}
