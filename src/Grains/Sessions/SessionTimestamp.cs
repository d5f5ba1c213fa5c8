using System.Globalization;
using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// The ways in which Python services write a time, and the one in which we do. Sub-microsecond digits are cut, because PostgreSQL and
/// Python keep microseconds.
/// </summary>
public static class SessionTimestamp
{
    private const long MillisecondsFrom = 100_000_000_000; // seconds up to year 5138, milliseconds from 1973 on

    public static bool TryRead(JsonElement value, out DateTimeOffset time)
    {
        time = default;
        return value.ValueKind switch
        {
            JsonValueKind.String => TryParse(value.GetString()!, out time),
            JsonValueKind.Number => value.TryGetDecimal(out var number) && TryEpoch(number, out time),
            _ => false,
        };
    }

    /// <summary>One is the other cut or rounded at some decimal of a second, or both are within <paramref name="tolerance"/>.</summary>
    public static bool SameButRounded(DateTimeOffset x, DateTimeOffset y, TimeSpan tolerance)
    {
        var apart = (x - y).Duration();
        if (apart <= tolerance) return true;
        for (var unit = TimeSpan.TicksPerSecond; unit >= TimeSpan.TicksPerMicrosecond; unit /= 10)
            if (apart.Ticks < unit && (x.Ticks % unit == 0 || y.Ticks % unit == 0))
                return true;
        return false;
    }

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        text = CutFraction(text);
        // A naive time is UTC: GAIA_HOME writes datetime.utcnow().isoformat().
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var looksIso = text.Length >= 10 && char.IsAsciiDigit(text[0]) && text[4] == '-' && text[7] == '-';
        var parsed = looksIso
            ? DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out time)
            : DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, styles, out time);
        if (parsed) time = Cut(time);
        return parsed;
    }

    public static string Format(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>To the microsecond, downwards.</summary>
    public static DateTimeOffset Cut(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>The parser rounds what is beyond its own seven digits; we cut.</summary>
    private static string CutFraction(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0) return text;
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - point - 1 <= 7 ? text : text.Remove(point + 8, end - point - 8);
    }

    private static bool TryEpoch(decimal number, out DateTimeOffset time)
    {
        time = default;
        var seconds = Math.Abs(number) >= MillisecondsFrom ? number / 1000 : number;
        if (seconds < -62_135_596_800m || seconds > 253_402_300_799m) return false;
        time = Cut(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)));
        return true;
    }
}
