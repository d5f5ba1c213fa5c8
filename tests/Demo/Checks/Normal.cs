using System.Globalization;
using System.Text.Json;

namespace GaiaOrleans.Demo.Checks;

/// <summary>
/// One spelling per value, so that two documents can be compared as text. Written apart from the cluster's own rules on purpose:
/// a check that shared them would share their mistakes.
/// </summary>
internal static class Normal
{
    private const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>`SessionStatus.ACTIVE` and `Active` are both `active`.</summary>
    public static string Enum(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!.Split('.')[^1].ToLowerInvariant()
        : Text(value);

    /// <summary>Microseconds since 1970; no zone means UTC; a number is epoch seconds, or milliseconds when seconds would be past the year 5000.</summary>
    public static string Timestamp(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
            return Micros(Math.Abs(number) > 100_000_000_000m ? number * 1_000 : number * 1_000_000);
        if (value.ValueKind == JsonValueKind.String &&
            DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, AsUtc, out var time))
            return Micros((time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerMicrosecond);
        return Text(value);
    }

    /// <summary>Members in order of their names, 1.0 as 1; the order of an array is kept.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "null",
        JsonValueKind.Number => Number(value),
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Text))}]",
        JsonValueKind.Object => $"{{{string.Join(',', Members(value))}}}",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString(), Json.Wire),
        _ => value.GetRawText(),
    };

    public static bool TryGetWholeNumber(this JsonElement value, out long number)
    {
        number = 0;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var exact) || exact != decimal.Truncate(exact))
            return false;
        number = (long)exact;
        return true;
    }

    private static IEnumerable<string> Members(JsonElement value) => value.EnumerateObject()
        .OrderBy(member => member.Name, StringComparer.Ordinal)
        .Select(member => $"{JsonSerializer.Serialize(member.Name, Json.Wire)}:{Text(member.Value)}");

    private static string Number(JsonElement value) => value.TryGetDecimal(out var exact)
        ? exact.ToString("G29", CultureInfo.InvariantCulture)
        : value.GetDouble().ToString("R", CultureInfo.InvariantCulture);

    private static string Micros(decimal micros) => decimal.Round(micros).ToString("0", CultureInfo.InvariantCulture);
}
