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

    /// <summary>Of members of one name, which Python writes of a number and a text that look alike, the last counts, as everywhere.</summary>
    public static async Task<JsonNode?> Read(Stream utf8, CancellationToken cancellationToken)
    {
        // Not given back: its values are those of the nodes.
        var json = await JsonDocument.ParseAsync(utf8, Deep, cancellationToken);
        return Of(json.RootElement);
    }

    private static JsonNode? Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in value.EnumerateObject()) members[member.Name] = Of(member.Value);
                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(Of)]);
            default:
                return JsonValue.Create(value);
        }
    }

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
