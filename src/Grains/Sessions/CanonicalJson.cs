using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>A fingerprint of JSON that ignores what JSON does not mean: member order, white space, and whether one is written 1 or 1.0.</summary>
public static class CanonicalJson
{
    // Relaxed: the documents are never put into HTML, and escaping every non-ASCII letter would double their size.
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int MostOnStack = 32;
    private const int LongestShort = 48;

    /// <summary>What a string's canonical spelling has as it came; its quotes among it, since there are none inside without a backslash.</summary>
    private static readonly SearchValues<byte> Unescaped = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Where(c => c != '\\').Select(c => (byte)c)]);

    public static string Hash(JsonElement value, IReadOnlySet<string> leaveOut)
    {
        var buffer = JsonBuffer.Take();
        Write(buffer.Writer, value, [.. leaveOut]);
        Span<byte> hash = stackalloc byte[16];
        XxHash128.Hash(buffer.Written, hash);
        buffer.GiveBack();
        return Convert.ToHexStringLower(hash);
    }

    public static string Text(JsonElement value)
    {
        var buffer = JsonBuffer.Take();
        Write(buffer.Writer, value, null);
        var text = Encoding.UTF8.GetString(buffer.Written);
        buffer.GiveBack();
        return text;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, string[]? leaveOut)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value, leaveOut);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item, null);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                WriteNumber(writer, JsonMarshal.GetRawUtf8Value(value));
                break;
            default:
                WriteAsItIs(writer, value);
                break;
        }
    }

    /// <summary>As <see cref="JsonElement.WriteTo"/>, which looks at each letter of a string twice.</summary>
    public static void WriteAsItIs(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && JsonMarshal.GetRawUtf8Value(value) is var raw && !raw.ContainsAnyExcept(Unescaped)) writer.WriteRawValue(raw, skipInputValidation: true);
        else value.WriteTo(writer);
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value, string[]? leaveOut)
    {
        var count = value.GetPropertyCount();
        var members = ArrayPool<JsonProperty>.Shared.Rent(count);
        var order = count <= MostOnStack ? stackalloc int[MostOnStack] : new int[count];
        order = order[..count];
        MemberOrder.Of(value, members, order);
        writer.WriteStartObject();
        foreach (var at in order)
        {
            var member = members[at];
            if (leaveOut is not null && IsOneOf(member, leaveOut)) continue;
            if (MemberOrder.IsPlain(member)) writer.WritePropertyName(JsonMarshal.GetRawUtf8PropertyName(member));
            else writer.WritePropertyName(member.Name);
            Write(writer, member.Value, null);
        }

        writer.WriteEndObject();
        ArrayPool<JsonProperty>.Shared.Return(members, clearArray: true);
    }

    private static bool IsOneOf(JsonProperty member, string[] names)
    {
        foreach (var name in names)
            if (member.NameEquals(name))
                return true;
        return false;
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> raw)
    {
        Span<byte> canonical = stackalloc byte[LongestShort + 16];
        if (IsPlain(raw)) writer.WriteRawValue(raw, skipInputValidation: true);
        else if (raw.Length <= LongestShort && !raw.ContainsAny((byte)'e', (byte)'E')) writer.WriteRawValue(canonical[..WithoutExponent(raw, canonical)], skipInputValidation: true);
        else writer.WriteRawValue(Number(Encoding.ASCII.GetString(raw)), skipInputValidation: true);
    }

    /// <summary>What <see cref="Number"/> answers of a number that has no exponent, as nearly all that are not <see cref="IsPlain"/>.</summary>
    private static int WithoutExponent(ReadOnlySpan<byte> number, Span<byte> canonical)
    {
        var begin = 0;
        if (number[0] == '-') canonical[begin++] = (byte)'-';
        var (length, exponent, fraction) = (begin, 0, false);
        foreach (var digit in number[begin..])
        {
            if (digit == '.')
            {
                fraction = true;
                continue;
            }

            if (fraction) exponent--;
            if (digit != '0' || length > begin) canonical[length++] = digit;
        }

        for (; length > begin && canonical[length - 1] == '0'; length--) exponent++;
        if (length == begin)
        {
            canonical[0] = (byte)'0';
            return 1;
        }

        if (exponent == 0) return length;
        canonical[length++] = (byte)'e';
        exponent.TryFormat(canonical[length..], out var written, provider: CultureInfo.InvariantCulture);
        return length + written;
    }

    /// <summary>A whole number that does not end in 0 has its canonical spelling already, and so has 0 itself.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> number) =>
        number is [(byte)'0'] || (number[^1] != '0' && !number[(number[0] == '-' ? 1 : 0)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));

    /// <summary>The number without what its spelling does not mean: exact at any size, because a service may count past every machine type.</summary>
    /// <param name="text">A number as JSON writes it.</param>
    public static string Number(ReadOnlySpan<char> text)
    {
        var sign = text[0] == '-' ? "-" : "";
        var mantissa = text[sign.Length..];
        var exponent = BigInteger.Zero;
        if (mantissa.IndexOfAny('e', 'E') is var e and >= 0)
        {
            exponent = BigInteger.Parse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }

        if (mantissa.IndexOf('.') is var point and >= 0) exponent -= mantissa.Length - point - 1;
        var digits = mantissa.ToString().Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0) return "0";
        exponent += digits.Length - significant.Length;
        return exponent.IsZero ? sign + significant : string.Create(CultureInfo.InvariantCulture, $"{sign}{significant}e{exponent}");
    }
}
