using System.Globalization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Silo.Windows;

/// <summary>GET /api/migration/timeseries: the cluster's windows, the present minute last.</summary>
internal static class TimeseriesApi
{
    private const int Default = 60;
    private const int Most = 1_440;

    public static void MapTimeseries(this IEndpointRouteBuilder routes) => routes.MapGet("/api/migration/timeseries", Timeseries).WithName("GetTimeseries");

    private static async Task<IResult> Timeseries(IWindowStore windows, string? minutes, CancellationToken cancellationToken)
    {
        var count = Check(minutes);
        var last = WindowRules.MinuteOf(await windows.Now(cancellationToken));
        var first = last - (count - 1) * WindowRules.Minute;
        var reported = (await windows.Minutes(first, last + WindowRules.Minute, cancellationToken)).ToDictionary(m => m.Minute);
        return TypedResults.Ok(new
        {
            Minutes = count,
            Windows = Enumerable.Range(0, count).Select(i => first + i * WindowRules.Minute).Select(minute => WindowView.Of(minute, reported.GetValueOrDefault(minute))),
        });
    }

    private static int Check(string? minutes) =>
        minutes is null ? Default
        : int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most ? count
        : throw InvalidInputException.Field("minutes", $"must be a whole number from 1 to {Most}");
}
