using System.Globalization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Silo.Legacy;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>The read-only probe of GAIA_HOME: in a running silo, and what it needs anywhere.</summary>
internal static class PreflightApi
{
    public static IServiceCollection AddPreflight(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PreflightOptions, PreflightOptionsValidator>().BindConfiguration("Preflight");
        return services.AddSingleton<PreflightReader>();
    }

    public static void MapPreflight(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/migration/preflight", Preflight).WithName("GetPreflight");

    private static async Task<IResult> Preflight(PreflightReader reader, IOptions<LegacyOptions> legacy, string? sample, CancellationToken cancellationToken) =>
        TypedResults.Ok(PreflightReport.Of(await reader.Read(Sample(sample), cancellationToken), legacy.Value));

    /// <summary>Null = as configured.</summary>
    /// <exception cref="InvalidInputException">No number of sessions.</exception>
    public static int? Sample(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sample) && sample is >= 1 and <= PreflightOptions.MostSessions ? sample
        : throw InvalidInputException.Field("sample", $"must be a whole number of sessions from 1 to {PreflightOptions.MostSessions}");
}
