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

    private static readonly JsonEncodedText[] Names = [.. Fields.Select(f => JsonEncodedText.Encode(f.Name, CanonicalJson.WriterOptions.Encoder))];

    private SessionColumns(object?[] values, string? extra) => (Values, Extra) = (values, extra);

    /// <summary>string, int, DateTime (UTC) or JSON text, by the field's kind; null where the document has no fitting value.</summary>
    public object?[] Values { get; }

    public string? Extra { get; }

    public static SessionColumns Of(SessionDocument? document)
    {
        var values = new object?[Fields.Count];
        if (document is null) return new(values, null);
        using var json = document.Parse();
        JsonBuffer? extra = null;
        foreach (var member in json.RootElement.EnumerateObject())
        {
            var index = SessionField.IndexOf(member);
            if (index == 0) continue; // the id
            if (index > 0 && Typed(SessionField.All[index], member.Value) is { } value)
            {
                values[index - 1] = value;
                continue;
            }

            if (extra is null)
            {
                extra = JsonBuffer.Take();
                extra.Writer.WriteStartObject();
            }

            member.WriteTo(extra.Writer);
        }

        if (extra is null) return new(values, null);
        extra.Writer.WriteEndObject();
        var text = Encoding.UTF8.GetString(extra.Written);
        extra.GiveBack();
        return new(values, text);
    }

    /// <summary>Puts the document together again; <paramref name="first"/> is the ordinal of the first column, the last one being extra.</summary>
    public static SessionDocument Read(NpgsqlDataReader reader, string id, int first)
    {
        using var extra = reader.IsDBNull(first + Fields.Count) ? null : JsonDocument.Parse(reader.GetFieldValue<byte[]>(first + Fields.Count));
        var buffer = JsonBuffer.Take();
        var writer = buffer.Writer;
        writer.WriteStartObject();
        writer.WriteString(SessionField.Id, id);
        for (var i = 0; i < Fields.Count; i++)
        {
            if (!reader.IsDBNull(first + i)) Write(writer, i, reader, first + i);
            else if (extra is not null && extra.RootElement.TryGetProperty(Fields[i].Name, out var raw)) WriteMember(writer, i, raw);
        }

        if (extra is not null)
            foreach (var member in extra.RootElement.EnumerateObject().Where(m => SessionField.IndexOf(m) < 0).OrderBy(m => m.Name, StringComparer.Ordinal))
                member.WriteTo(writer);
        writer.WriteEndObject();
        var document = SessionDocument.FromCanonical(buffer.Written.ToArray());
        buffer.GiveBack();
        return document;
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

    private static void Write(Utf8JsonWriter writer, int field, NpgsqlDataReader reader, int ordinal)
    {
        switch (Fields[field].Kind)
        {
            case FieldKind.Number:
                writer.WriteNumber(Names[field], reader.GetInt32(ordinal));
                break;
            case FieldKind.Timestamp:
                // The least there is comes without a kind, and would be taken for a time of this machine's zone.
                writer.WriteString(Names[field], SessionTimestamp.Format(DateTime.SpecifyKind(reader.GetFieldValue<DateTime>(ordinal), DateTimeKind.Utc)));
                break;
            case FieldKind.Json:
                using (var json = JsonDocument.Parse(reader.GetFieldValue<byte[]>(ordinal))) WriteMember(writer, field, json.RootElement);
                break;
            default:
                // Bytes from the wire to the document: no string is made of them.
                writer.WriteString(Names[field], reader.GetFieldValue<byte[]>(ordinal));
                break;
        }
    }

    private static void WriteMember(Utf8JsonWriter writer, int field, JsonElement value)
    {
        writer.WritePropertyName(Names[field]);
        value.WriteTo(writer);
    }
}
