using System.Globalization;
using GaiaOrleans.Contracts.Gates;

namespace GaiaOrleans.Grains.Gates;

/// <summary>How verdicts are put into words.</summary>
internal static class Verdict
{
    public static GateVerdict Pass(string gate, string observed, string required, string? evidence = null, DateTimeOffset? since = null) =>
        new(gate, GateStatus.Pass, observed, required, since, evidence);

    public static GateVerdict Fail(string gate, string observed, string required, string? evidence = null, DateTimeOffset? since = null) =>
        new(gate, GateStatus.Fail, observed, required, since, evidence);

    public static GateVerdict Unknown(string gate, string observed, string required, string? evidence = null) =>
        new(gate, GateStatus.Inconclusive, observed, required, null, evidence);

    public static GateVerdict Of(bool passes, string gate, string observed, string required, string? evidence = null, DateTimeOffset? since = null) =>
        new(gate, passes ? GateStatus.Pass : GateStatus.Fail, observed, required, since, evidence);

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.###} %");

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>In the unit that people would use.</summary>
    public static string Text(TimeSpan span) => span switch
    {
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{Down(span.TotalSeconds):0.#} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{Down(span.TotalMinutes):0.#} min"),
        { TotalDays: < 3 } => string.Create(CultureInfo.InvariantCulture, $"{Down(span.TotalHours):0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Down(span.TotalDays):0.#} days"),
    };

    // 6.96 days are not 7: what is still short must not read as if it were enough.
    private static double Down(double value) => Math.Floor(value * 10) / 10;
}
