using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
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
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions)) Write(writer, value, leaveOut);
        return Convert.ToHexStringLower(XxHash128.Hash(buffer.WrittenSpan));
    }

    public static string Text(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions)) Write(writer, value, null);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, IReadOnlySet<string>? leaveOut)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (leaveOut?.Contains(member.Name) is true) continue;
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, null);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item, null);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(value.GetRawText()), skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

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
