using System.Text.Json;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>In which of Python's ways a time is written.</summary>
internal static class TimeSpelling
{
    /// <summary>ISO-8601 without a zone: <c>datetime.utcnow().isoformat()</c>.</summary>
    public const string Naive = "iso_naive";
    public const string Utc = "iso_z";
    public const string Offset = "iso_offset";
    public const string Date = "date";

    /// <summary>Flask's default; whole seconds only.</summary>
    public const string Rfc1123 = "rfc1123";
    public const string Seconds = "epoch_s";
    public const string Milliseconds = "epoch_ms";
    public const string Unreadable = "unreadable";

    public static string Of(JsonElement value, out DateTimeOffset time) => !SessionTimestamp.TryRead(value, out time) ? Unreadable
        : value.ValueKind == JsonValueKind.Number ? Epoch(value, time)
        : Text(value.GetString()!);

    // What the reader took it for: the same number is never both.
    private static string Epoch(JsonElement value, DateTimeOffset time) =>
        Math.Abs(value.GetDouble() - time.ToUnixTimeSeconds()) <= 1 ? Seconds : Milliseconds;

    private static string Text(string text)
    {
        if (!char.IsAsciiDigit(text[0])) return Rfc1123;
        if (text.Length == 10) return Date;
        if (text.EndsWith("Z", StringComparison.OrdinalIgnoreCase)) return Utc;
        return text.AsSpan(10).IndexOfAny('+', '-') >= 0 ? Offset : Naive;
    }
}
