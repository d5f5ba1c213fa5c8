using System.Text.Json;
using GaiaOrleans.Gateway;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Silo.Events;

/// <summary>An event on the wire: in lists, in streams, and as the body that webhooks get.</summary>
public sealed record EventView(long Id, DateTimeOffset At, string Kind, JsonElement Data)
{
    public static EventView Of(MigrationEvent e)
    {
        using var data = JsonDocument.Parse(e.Data);
        return new(e.Id, e.At, e.Kind, data.RootElement.Clone());
    }

    public static byte[] Utf8(MigrationEvent e) => JsonSerializer.SerializeToUtf8Bytes(Of(e), GaiaJson.Options);
}
