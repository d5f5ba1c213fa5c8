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

        // Looked up by hash: a patch of n members onto n members costs n, not n².
        var changes = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in patch.EnumerateObject()) changes[member.Name] = member.Value;
        writer.WriteStartObject();
        if (target is { ValueKind: JsonValueKind.Object } before)
        {
            // Legacy may have several of one name, of which the last counts: they become one.
            var patched = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var member in before.EnumerateObject())
                if (changes.ContainsKey(member.Name)) patched[member.Name] = member.Value;
            foreach (var member in before.EnumerateObject())
                if (!patched.TryGetValue(member.Name, out var last)) member.WriteTo(writer);
                else if (changes.Remove(member.Name, out var change) && change.ValueKind != JsonValueKind.Null)
                    WriteMember(writer, member.Name, last, change);
        }

        foreach (var (name, value) in changes)
            if (value.ValueKind != JsonValueKind.Null)
                WriteMember(writer, name, null, value);
        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, string name, JsonElement? target, JsonElement patch)
    {
        writer.WritePropertyName(name);
        Write(writer, target, patch);
    }
}
