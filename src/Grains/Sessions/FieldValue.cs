using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>Whether a JSON value fits a field's type, and how it is spelled canonically.</summary>
public static class FieldValue
{
    /// <summary>Writes the canonical value; answers false and writes nothing when it does not fit. Null fits every field.</summary>
    public static bool WriteCanonical(Utf8JsonWriter writer, SessionField field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            writer.WriteNullValue();
            return true;
        }

        switch (field.Kind)
        {
            case FieldKind.Text when value.ValueKind == JsonValueKind.String:
                CanonicalJson.WriteAsItIs(writer, value);
                return true;
            case FieldKind.Enumeration when value.ValueKind == JsonValueKind.String && field.CanonicalValue(value.GetString()!) is { } name:
                writer.WriteStringValue(name);
                return true;
            case FieldKind.Timestamp when SessionTimestamp.TryRead(value, out var time):
                writer.WriteStringValue(SessionTimestamp.Format(time));
                return true;
            case FieldKind.Number when TryInteger(value, out var number):
                writer.WriteNumberValue(number);
                return true;
            case FieldKind.Json when value.ValueKind == JsonValueKind.Object:
                value.WriteTo(writer);
                return true;
            default:
                return false;
        }
    }

    public static bool Fits(SessionField field, JsonElement value)
    {
        using var nowhere = new Utf8JsonWriter(Stream.Null);
        return WriteCanonical(nowhere, field, value);
    }

    /// <summary>Whether it would do as a time, if it is there at all.</summary>
    public static bool FitsTime(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || SessionTimestamp.TryRead(value, out _);

    /// <summary>3, 3.0 and "3" are the same number to Python's callers.</summary>
    public static bool TryInteger(JsonElement value, out int number)
    {
        number = 0;
        if (value.ValueKind == JsonValueKind.String) return int.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out number);
        if (value.ValueKind != JsonValueKind.Number) return false;
        if (value.TryGetInt32(out number)) return true;
        if (!value.TryGetDecimal(out var exact) || exact != decimal.Truncate(exact) || exact is < int.MinValue or > int.MaxValue) return false;
        number = (int)exact;
        return true;
    }
}
