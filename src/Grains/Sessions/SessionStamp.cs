using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// The times that the side which serves a session stamps: <c>updated_at</c> always, <c>created_at</c> where the document has none from the one before
/// it, as GAIA_HOME does.
/// </summary>
/// <param name="Before">Null = there was none, and it is created now.</param>
public readonly record struct SessionStamp(SessionDocument? Before, DateTimeOffset Now)
{
    /// <summary>Writes the field with its stamp; false = it is not stamped here, and nothing was written.</summary>
    /// <param name="given">What the document has there.</param>
    internal bool Write(Utf8JsonWriter writer, SessionField field, JsonElement given)
    {
        if (field.Name == SessionField.UpdatedAt)
        {
            writer.WriteString(field.Name, SessionTimestamp.Format(Now));
            return true;
        }

        if (field.Name != SessionField.CreatedAt || given.ValueKind != JsonValueKind.Undefined) return false;
        writer.WritePropertyName(field.Name);
        var kept = Before is null ? [] : Before.CreatedAt();
        if (kept.IsEmpty) writer.WriteStringValue(SessionTimestamp.Format(Now));
        else writer.WriteRawValue(kept, skipInputValidation: true);
        return true;
    }
}
