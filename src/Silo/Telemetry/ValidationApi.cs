using System.Text.Json.Nodes;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>A validation error as operators see it: the values as the sides wrote them.</summary>
public sealed record ValidationErrorView(
    string SessionId, string Field, string Rule, JsonNode? PythonValue, JsonNode? GoValue, DateTimeOffset At, string Source, bool Resolved);

/// <summary>What verification and adoption found, and how much the comparison rules excused.</summary>
internal static class ValidationApi
{
    public static void MapValidation(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/migration/validation-errors", List).WithName("GetValidationErrors");

    /// <summary>Newest first; only open ones unless <paramref name="resolved"/> is asked for. <c>total</c> counts the open ones.</summary>
    private static async Task<IResult> List(ISessionStore sessions, IMigrationFigures figures, int? limit, bool? resolved, CancellationToken cancellationToken)
    {
        var found = await sessions.ListInvalid(Limits.Check(limit), resolved is true, cancellationToken);
        return TypedResults.Ok(new
        {
            Errors = found.Errors.Select(View),
            Noise = await figures.Noise(cancellationToken),
            Total = found.Open,
        });
    }

    private static ValidationErrorView View(KeptValidationError kept) => new(
        kept.Error.SessionId, kept.Error.Field, kept.Error.Rule, KeptJson.Node(kept.Error.PythonValue), KeptJson.Node(kept.Error.GoValue), kept.At, kept.Error.Source, kept.Resolved);
}
