using System.Buffers;
using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>JSON merge patch, RFC 7396: null removes, objects merge, everything else replaces.</summary>
public static class MergePatch
{
    public static byte[] Apply(JsonElement target, JsonElement patch)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, CanonicalJson.WriterOptions)) Write(writer, target, patch);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        var before = target is { ValueKind: JsonValueKind.Object } t ? t : (JsonElement?)null;
        writer.WriteStartObject();
        if (before is { } members)
            foreach (var member in members.EnumerateObject())
                if (!patch.TryGetProperty(member.Name, out var change))
                    member.WriteTo(writer);
                else if (change.ValueKind != JsonValueKind.Null)
                    WriteMember(writer, member.Name, member.Value, change);

        foreach (var member in patch.EnumerateObject())
            if (member.Value.ValueKind != JsonValueKind.Null && before?.TryGetProperty(member.Name, out _) is not true)
                WriteMember(writer, member.Name, null, member.Value);
        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, string name, JsonElement? target, JsonElement patch)
    {
        writer.WritePropertyName(name);
        Write(writer, target, patch);
    }
}
