using System.Buffers;
using System.Globalization;
using System.Text;
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
        if (TryPlain(text, out time)) return true;
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

    /// <summary>Reads what <see cref="Format"/> writes, and nothing else.</summary>
    public static bool TryReadFormatted(ReadOnlySpan<byte> utf8, out DateTimeOffset time)
    {
        time = default;
        if (utf8.Length is not (20 or 27) || utf8[^1] != 'Z') return false;
        Span<char> text = stackalloc char[27];
        if (Ascii.ToUtf16(utf8, text, out var length) != OperationStatus.Done || !TryPlain(text[..length], out time)) return false;
        // It has no fraction of a second where that is none.
        return length == 20 == (time.UtcTicks % TimeSpan.TicksPerSecond == 0);
    }

    public static string Format(DateTimeOffset time)
    {
        var micros = (int)(time.UtcTicks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        var whole = time.UtcTicks % TimeSpan.TicksPerSecond == 0;
        return string.Create(whole ? 20 : 27, (time.UtcDateTime, micros, whole), static (text, parts) =>
        {
            var (utc, micros, whole) = parts;
            Put(text[..4], utc.Year);
            Put(text[5..7], utc.Month);
            Put(text[8..10], utc.Day);
            Put(text[11..13], utc.Hour);
            Put(text[14..16], utc.Minute);
            Put(text[17..19], utc.Second);
            (text[4], text[7], text[10], text[13], text[16], text[^1]) = ('-', '-', 'T', ':', ':', 'Z');
            if (whole) return;
            text[19] = '.';
            Put(text[20..26], micros);
        });

        static void Put(Span<char> at, int number)
        {
            for (var i = at.Length - 1; i >= 0; i--, number /= 10) at[i] = (char)('0' + number % 10);
        }
    }

    /// <summary>As Python and we write it nearly always: <c>2026-01-31T12:00:00</c>, perhaps with a fraction or a Z. Everything else is for the parser.</summary>
    private static bool TryPlain(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text is [.. var zoned, 'Z']) text = zoned;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
        if (Number(text[..4]) is not (>= 1 and var year) || Number(text[5..7]) is not (>= 1 and <= 12 and var month) || Number(text[8..10]) is not (>= 1 and var day)) return false;
        if (day > DateTime.DaysInMonth(year, month)) return false;
        if (Number(text[11..13]) is not (>= 0 and <= 23 and var hour) || Number(text[14..16]) is not (>= 0 and <= 59 and var minute) || Number(text[17..19]) is not (>= 0 and <= 59 and var second)) return false;
        var fraction = text[19..];
        if (fraction.Length > 0 && (fraction[0] != '.' || fraction.Length is < 2 or > 7)) return false;
        var micros = fraction.Length == 0 ? 0 : Number(fraction[1..]);
        if (micros < 0) return false;
        for (var digits = fraction.Length; digits is > 0 and < 7; digits++) micros *= 10;
        time = new(new DateTime(year, month, day, hour, minute, second).Ticks + micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        return true;
    }

    /// <summary>-1 = there is something else than digits.</summary>
    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return -1;
            number = number * 10 + digit - '0';
        }

        return number;
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
