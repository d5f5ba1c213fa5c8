using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>The body of POST /api/migration/complete.</summary>
/// <param name="Confirm">This cluster's id (<c>Gaia:ClusterId</c>): nobody completes another cluster's migration by mistake.</param>
public sealed record CompleteBody(string? Confirm, string? Reason);

/// <summary>The point of no return.</summary>
internal static class CompletionApi
{
    public static void MapCompletion(this IEndpointRouteBuilder routes) => routes.MapPost("/api/migration/complete", async (
        HttpContext context, IGrainFactory grains, IOptions<GaiaOptions> gaia, CancellationToken cancellationToken) =>
    {
        var body = await JsonBody.Read<CompleteBody>(context, cancellationToken);
        if (body.Confirm is null) throw InvalidInputException.Missing("confirm");
        if (body.Confirm != gaia.Value.ClusterId) throw InvalidInputException.Field("confirm", "must be the id of this cluster, Gaia:ClusterId");
        return TypedResults.Ok(SplitView.Of(await RolloutApi.Rollout(grains).Complete(context.Caller(body.Reason), cancellationToken)));
    }).WithName("CompleteMigration").Accepts<CompleteBody>(isOptional: true, "application/json", "*/*");
}
