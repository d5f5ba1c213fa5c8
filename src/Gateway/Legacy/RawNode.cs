using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>
/// Writes JSON that came from legacy with each value spelled as it came. Spelled anew, half a surrogate pair in one session, which legacy shows without
/// trouble, would fail the list of all.
/// </summary>
public static class RawNode
{
    /// <summary>A list is nested more deeply than any session in it, and GAIA_HOME has no limit of its own.</summary>
    public static readonly JsonDocumentOptions Deep = new() { MaxDepth = 900 };

    /// <summary>As UTF-8, without blanks between values.</summary>
    public static ReadOnlyMemory<byte> Utf8(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, node);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValue value when value.TryGetValue<JsonElement>(out var element):
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
