using System.Buffers;
using System.Text.Json;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>A document as GAIA_HOME is to store it.</summary>
internal static class SentDocument
{
    /// <summary>
    /// The id goes under the member that GAIA_HOME takes it from, and only there: an <c>id</c> of ours next to it would be kept, and would
    /// later look like the id itself.
    /// </summary>
    public static byte[] Of(string id, SessionDocument document, string member)
    {
        if (member == IdMembers.Id) return document.Utf8;
        using var json = document.Parse();
        var buffer = new ArrayBufferWriter<byte>(document.Utf8.Length + id.Length);
        using (var writer = new Utf8JsonWriter(buffer, CanonicalJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString(member, id);
            foreach (var property in json.RootElement.EnumerateObject())
                if (!property.NameEquals(member) && !property.NameEquals(IdMembers.Id))
                    property.WriteTo(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
