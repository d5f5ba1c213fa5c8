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

    public static string Hash(JsonElement value, IReadOnlySet<string> leaveOut)
    {
        var buffer = JsonBuffer.Take();
        Write(buffer.Writer, value, leaveOut);
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

    private static void Write(Utf8JsonWriter writer, JsonElement value, IReadOnlySet<string>? leaveOut)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, member, _) in Sorted(value))
                {
                    if (leaveOut?.Contains(name) is true) continue;
                    writer.WritePropertyName(name);
                    Write(writer, member, null);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item, null);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                var raw = JsonMarshal.GetRawUtf8Value(value);
                if (IsPlain(raw)) writer.WriteRawValue(raw, skipInputValidation: true);
                else writer.WriteRawValue(Number(value.GetRawText()), skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>By name; of duplicates the first comes first.</summary>
    private static List<(string Name, JsonElement Value, int At)> Sorted(JsonElement value)
    {
        var members = new List<(string Name, JsonElement Value, int At)>(value.GetPropertyCount());
        foreach (var member in value.EnumerateObject()) members.Add((member.Name, member.Value, members.Count));
        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : a.At.CompareTo(b.At));
        return members;
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
