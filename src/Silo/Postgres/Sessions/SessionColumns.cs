using System.Buffers;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>A document taken apart into its typed columns; what has no column, or does not fit it, is in <see cref="Extra"/>.</summary>
internal readonly struct SessionColumns
{
    /// <summary>The columns in the order of <see cref="SessionField.All"/>, without the id.</summary>
    public static readonly IReadOnlyList<SessionField> Fields = [.. SessionField.All.Where(f => f.Name != SessionField.Id)];

    private SessionColumns(object?[] values, string? extra) => (Values, Extra) = (values, extra);

    /// <summary>string, int, DateTime (UTC) or JSON text, by the field's kind; null where the document has no fitting value.</summary>
    public object?[] Values { get; }

    public string? Extra { get; }

    public static SessionColumns Of(SessionDocument? document)
    {
        var values = new object?[Fields.Count];
        if (document is null) return new(values, null);
        using var json = document.Parse();
        ArrayBufferWriter<byte>? buffer = null;
        Utf8JsonWriter? extra = null;
        foreach (var member in json.RootElement.EnumerateObject())
        {
            if (member.NameEquals(SessionField.Id)) continue;
            if (SessionField.ByName.TryGetValue(member.Name, out var field) && Typed(field, member.Value) is { } value)
            {
                values[IndexOf(field)] = value;
                continue;
            }

            if (extra is null)
            {
                buffer = new(256);
                extra = new(buffer, CanonicalJson.WriterOptions);
                extra.WriteStartObject();
            }

            member.WriteTo(extra);
        }

        extra?.WriteEndObject();
        extra?.Dispose();
        return new(values, buffer is null ? null : Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Puts the document together again; <paramref name="first"/> is the ordinal of the first column, the last one being extra.</summary>
    public static SessionDocument Read(NpgsqlDataReader reader, string id, int first)
    {
        using var extra = reader.IsDBNull(first + Fields.Count) ? null : JsonDocument.Parse(reader.GetString(first + Fields.Count));
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, CanonicalJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString(SessionField.Id, id);
            for (var i = 0; i < Fields.Count; i++)
            {
                var field = Fields[i];
                if (!reader.IsDBNull(first + i)) Write(writer, field, reader, first + i);
                else if (extra is not null && extra.RootElement.TryGetProperty(field.Name, out var raw)) WriteMember(writer, field.Name, raw);
            }

            if (extra is not null)
                foreach (var member in extra.RootElement.EnumerateObject().Where(m => !SessionField.ByName.ContainsKey(m.Name)).OrderBy(m => m.Name, StringComparer.Ordinal))
                    member.WriteTo(writer);
            writer.WriteEndObject();
        }

        return SessionDocument.FromCanonical(buffer.WrittenSpan.ToArray());
    }

    private static int IndexOf(SessionField field)
    {
        for (var i = 0; i < Fields.Count; i++)
            if (ReferenceEquals(Fields[i], field))
                return i;
        throw new InvalidOperationException($"Field {field.Name} has no column.");
    }

    // The document is canonical: a value of the right kind has its one spelling, anything else stays raw.
    private static object? Typed(SessionField field, JsonElement value) => (field.Kind, value.ValueKind) switch
    {
        (FieldKind.Text, JsonValueKind.String) => value.GetString(),
        (FieldKind.Enumeration, JsonValueKind.String) => value.GetString() is { } text && field.CanonicalValue(text) == text ? text : null,
        (FieldKind.Timestamp, JsonValueKind.String) =>
            value.GetString() is { } text && SessionTimestamp.TryParse(text, out var time) && SessionTimestamp.Format(time) == text ? time.UtcDateTime : null,
        (FieldKind.Number, JsonValueKind.Number) => value.TryGetInt32(out var number) ? number : null,
        (FieldKind.Json, JsonValueKind.Object) => value.GetRawText(),
        _ => null,
    };

    private static void Write(Utf8JsonWriter writer, SessionField field, NpgsqlDataReader reader, int ordinal)
    {
        switch (field.Kind)
        {
            case FieldKind.Number:
                writer.WriteNumber(field.Name, reader.GetInt32(ordinal));
                break;
            case FieldKind.Timestamp:
                writer.WriteString(field.Name, SessionTimestamp.Format(reader.GetFieldValue<DateTime>(ordinal)));
                break;
            case FieldKind.Json:
                using (var json = JsonDocument.Parse(reader.GetString(ordinal))) WriteMember(writer, field.Name, json.RootElement);
                break;
            default:
                writer.WriteString(field.Name, reader.GetString(ordinal));
                break;
        }
    }

    private static void WriteMember(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }
}
