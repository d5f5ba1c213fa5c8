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

    private readonly byte[] _document;
    private readonly Value[] _values;
    private readonly List<byte[]>? _unescaped;

    private SessionColumns(byte[] document, Value[] values, List<byte[]>? unescaped, byte[]? extra) => (_document, _values, _unescaped, Extra) = (document, values, unescaped, extra);

    /// <summary>JSON; null = everything has a column.</summary>
    public byte[]? Extra { get; }

    /// <summary>Whether the document has a fitting value.</summary>
    public bool Has(int field) => _values[field].From != 0;

    /// <summary>Of a text, or an object's JSON.</summary>
    public ReadOnlySpan<byte> Utf8(int field) => _values[field] is var value && value.From < 0 ? _unescaped![~value.From] : _document.AsSpan(value.From, value.Length);

    /// <summary>One for each field; null where that is no text and no object, too.</summary>
    public string?[] Texts()
    {
        var texts = new string?[Fields.Count];
        for (var f = 0; f < texts.Length; f++)
            if (Has(f) && Fields[f].Kind is FieldKind.Text or FieldKind.Enumeration or FieldKind.Json)
                texts[f] = Encoding.UTF8.GetString(Utf8(f));
        return texts;
    }

    public int? Number(int field) => Has(field) ? (int)_values[field].Number : null;

    /// <summary>In UTC.</summary>
    public DateTime? Time(int field) => Has(field) ? new(_values[field].Number, DateTimeKind.Utc) : null;

    public static SessionColumns Of(SessionDocument? document)
    {
        var values = new Value[Fields.Count];
        if (document is null) return new([], values, null, null);
        List<byte[]>? unescaped = null;
        JsonBuffer? extra = null;
        var reader = new Utf8JsonReader(document.Utf8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var from = (int)reader.TokenStartIndex;
            var index = reader.ValueIsEscaped ? SessionField.IndexOf(Encoding.UTF8.GetBytes(reader.GetString()!)) : SessionField.IndexOf(reader.ValueSpan);
            reader.Read();
            if (index > 0 && Typed(SessionField.All[index], ref reader, ref unescaped) is { From: not 0 } value)
            {
                values[index - 1] = value;
                continue;
            }

            reader.Skip();
            if (index == 0) continue; // the id
            if (extra is null) (extra = JsonBuffer.Take()).Append("{"u8);
            else extra.Append(","u8);
            extra.Append(document.Utf8.AsSpan(from, (int)reader.BytesConsumed - from));
        }

        if (extra is null) return new(document.Utf8, values, unescaped, null);
        extra.Append("}"u8);
        var rest = extra.Written.ToArray();
        extra.GiveBack();
        return new(document.Utf8, values, unescaped, rest);
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
    private static Value Typed(SessionField field, ref Utf8JsonReader reader, ref List<byte[]>? unescaped) => (field.Kind, reader.TokenType) switch
    {
        (FieldKind.Text, JsonTokenType.String) => TextOf(ref reader, ref unescaped),
        (FieldKind.Enumeration, JsonTokenType.String) when IsOneOf(field.Values, ref reader) => TextOf(ref reader, ref unescaped),
        (FieldKind.Timestamp, JsonTokenType.String) when SessionTimestamp.TryReadFormatted(reader.ValueSpan, out var time) => new(1, 0, time.UtcTicks),
        (FieldKind.Number, JsonTokenType.Number) when reader.TryGetInt32(out var number) => new(1, 0, number),
        (FieldKind.Json, JsonTokenType.StartObject) => ObjectOf(ref reader),
        _ => default,
    };

    private static Value TextOf(ref Utf8JsonReader reader, ref List<byte[]>? unescaped)
    {
        if (!reader.ValueIsEscaped) return new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, 0);
        var text = new byte[reader.ValueSpan.Length];
        Array.Resize(ref text, reader.CopyString(text));
        (unescaped ??= []).Add(text);
        return new(~(unescaped.Count - 1), text.Length, 0);
    }

    private static Value ObjectOf(ref Utf8JsonReader reader)
    {
        var from = (int)reader.TokenStartIndex;
        reader.Skip();
        return new(from, (int)reader.BytesConsumed - from, 0);
    }

    private static bool IsOneOf(string[] values, ref Utf8JsonReader reader)
    {
        foreach (var value in values)
            if (reader.ValueTextEquals(value))
                return true;
        return false;
    }

    private static void Write(Utf8JsonWriter writer, int field, NpgsqlDataReader reader, int ordinal)
    {
        switch (Fields[field].Kind)
        {
            case FieldKind.Number:
                writer.WriteNumber(Fields[field].Written, reader.GetInt32(ordinal));
                break;
            case FieldKind.Timestamp:
                // The least there is comes without a kind, and would be taken for a time of this machine's zone.
                writer.WriteString(Fields[field].Written, SessionTimestamp.Format(DateTime.SpecifyKind(reader.GetFieldValue<DateTime>(ordinal), DateTimeKind.Utc)));
                break;
            case FieldKind.Json:
                using (var json = JsonDocument.Parse(reader.GetFieldValue<byte[]>(ordinal))) WriteMember(writer, field, json.RootElement);
                break;
            default:
                // Bytes from the wire to the document: no string is made of them.
                writer.WriteString(Fields[field].Written, reader.GetFieldValue<byte[]>(ordinal));
                break;
        }
    }

    private static void WriteMember(Utf8JsonWriter writer, int field, JsonElement value)
    {
        writer.WritePropertyName(Fields[field].Written);
        value.WriteTo(writer);
    }

    /// <param name="From">Where it begins in the document; below 0: the complement of its place among those that were unescaped; 0 = there is none.</param>
    /// <param name="Number">In place of that, a number, or a time's ticks.</param>
    private readonly record struct Value(int From, int Length, long Number);
}
