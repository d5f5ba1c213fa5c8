using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// What JSON can say and PostgreSQL cannot store: U+0000, surrogates without their other half, and numbers of a few characters that it writes out as
/// thousands of digits, so that a small document is read back as one that no memory holds.
/// </summary>
public static class JsonText
{
    /// <exception cref="InvalidInputException">With the path of the first such text.</exception>
    public static void RequireStorable(JsonElement root)
    {
        if (Find(root) is var (path, flaw)) throw InvalidInputException.Field(path, $"holds {flaw}, which cannot be stored");
    }

    /// <summary>What is wrong with a string; null = nothing.</summary>
    public static string? Flaw(JsonElement text) => Flaw(JsonMarshal.GetRawUtf8Value(text));

    // As far as a double goes, which is as far as anybody is sure to read it.
    private const int Largest = 308, Smallest = 324;

    /// <summary>The first such text; null = none.</summary>
    public static (string Path, string Flaw)? Find(JsonElement root)
    {
        // Nearly every document is clean, and that is seen without taking it apart: only inside strings is there a backslash.
        var raw = JsonMarshal.GetRawUtf8Value(root);
        return Flaw(raw) is null && !MayHaveLongExponent(raw) ? null : Find(root, "");
    }

    /// <summary>A member's name; "" when it holds such text.</summary>
    public static string Name(JsonProperty member) => Flaw(JsonMarshal.GetRawUtf8PropertyName(member)) is null ? member.Name : "";

    private static (string Path, string Flaw)? Find(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return Flaw(element) is { } flaw ? (path, flaw) : null;
            case JsonValueKind.Number:
                return HasLongExponent(JsonMarshal.GetRawUtf8Value(element)) ? (path, $"a number beyond 1e{Largest} or 1e-{Smallest}") : null;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    if (Find(item, $"{path}[{index++}]") is { } inItem)
                        return inItem;
                return null;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    var name = JsonMarshal.GetRawUtf8PropertyName(member);
                    var inside = path.Length == 0 ? Encoding.UTF8.GetString(name) : $"{path}.{Encoding.UTF8.GetString(name)}";
                    if (Flaw(name) is { } inName) return (inside, inName + " in its name");
                    if (Find(member.Value, inside) is { } inValue) return inValue;
                }

                return null;
            default:
                return null;
        }
    }

    // Raw bytes are checked before they are parsed; only escapes can spell these.
    private static string? Flaw(ReadOnlySpan<byte> raw)
    {
        for (var at = raw.IndexOf((byte)'\\'); at >= 0 && at < raw.Length; at++)
        {
            if (raw[at] != '\\') continue;
            if (raw[++at] != 'u') continue;
            var unit = Unit(raw, at + 1);
            at += 4;
            if (unit == 0) return "U+0000";
            if (char.IsLowSurrogate(unit)) return "half a surrogate pair";
            if (!char.IsHighSurrogate(unit)) continue;
            if (!raw[(at + 1)..].StartsWith("\\u"u8) || !char.IsLowSurrogate(Unit(raw, at + 3))) return "half a surrogate pair";
            at += 6;
        }

        return null;
    }

    /// <summary>Three digits or more follow an e that follows a digit; in a string, as in many ids, they mean nothing, which the walk through the document then finds.</summary>
    private static bool MayHaveLongExponent(ReadOnlySpan<byte> raw)
    {
        // Every document is searched, every tenth letter of it is an e, and hardly one has any after a digit: sixteen places are looked at at once.
        ref var start = ref MemoryMarshal.GetReference(raw);
        var at = 1;
        for (; at + Vector128<byte>.Count <= raw.Length; at += Vector128<byte>.Count)
        {
            var e = Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at) | Vector128.Create((byte)0x20), Vector128.Create((byte)'e'));
            var digit = Vector128.LessThanOrEqual(Vector128.LoadUnsafe(ref start, (nuint)at - 1) - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
            for (var found = (e & digit).ExtractMostSignificantBits(); found != 0; found &= found - 1)
                if (HasLongExponent(raw[(at - 1 + BitOperations.TrailingZeroCount(found))..]))
                    return true;
        }

        for (; at < raw.Length; at++)
            if ((raw[at] | 0x20) == 'e' && char.IsAsciiDigit((char)raw[at - 1]) && HasLongExponent(raw[(at - 1)..]))
                return true;
        return false;
    }

    /// <param name="number">And whatever follows it.</param>
    private static bool HasLongExponent(ReadOnlySpan<byte> number)
    {
        var exponent = number[(number.IndexOfAny((byte)'e', (byte)'E') + 1)..];
        if (exponent.Length == number.Length) return false;
        var longest = exponent is [(byte)'-', ..] ? Smallest : Largest;
        if (exponent is [(byte)'+' or (byte)'-', ..]) exponent = exponent[1..];
        var value = 0;
        foreach (var digit in exponent)
        {
            if (!char.IsAsciiDigit((char)digit)) break;
            value = Math.Min(value * 10 + (digit - '0'), Smallest + 1);
        }

        return value > longest;
    }

    private static char Unit(ReadOnlySpan<byte> raw, int at) => (char)ushort.Parse(raw.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
