using System.Text.Json;
using System.Text.Json.Nodes;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>How a list of sessions is wrapped.</summary>
/// <param name="Form">One of the constants here.</param>
/// <param name="Key">The member that the keys of a map are taken from.</param>
public sealed record ListShape(string Form, string Key = "id")
{
    /// <summary>Whichever GAIA_HOME shows.</summary>
    public const string Auto = "auto";

    /// <summary><c>[…]</c></summary>
    public const string Array = "array";

    /// <summary><c>{"sessions":[…]}</c></summary>
    public const string Sessions = "sessions";

    /// <summary><c>{"sessions":{name:{…}}}</c></summary>
    public const string Map = "map";

    /// <summary><c>{"items":[…],"total":…,"page":…,"pages":…}</c></summary>
    public const string Items = "items";

    /// <summary>The members that may hold an id, in the order in which they are believed.</summary>
    public static readonly IReadOnlyList<string> IdNames = ["id", "session_id", "session_name", "name"];

    /// <summary>Null when it is no list that we know.</summary>
    public static ListShape? Of(JsonNode list) => list switch
    {
        JsonArray => new(Array),
        JsonObject wrapper when wrapper["sessions"] is JsonArray => new(Sessions),
        JsonObject wrapper when wrapper["sessions"] is JsonObject map => new(Map, KeyOf(map)),
        JsonObject wrapper when wrapper["items"] is JsonArray => new(Items),
        _ => null,
    };

    /// <summary>The shape of a list of which only the beginning is here; null when that does not tell.</summary>
    public static ListShape? OfStart(ReadOnlySpan<byte> start)
    {
        var reader = new Utf8JsonReader(start, isFinalBlock: false, default);
        try
        {
            if (!reader.Read()) return null;
            if (reader.TokenType == JsonTokenType.StartArray) return new(Array);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (sessions, items) = (reader.ValueTextEquals("sessions"u8), reader.ValueTextEquals("items"u8));
                if (!reader.Read()) return null;
                if (sessions && reader.TokenType == JsonTokenType.StartArray) return new(Sessions);
                if (sessions && reader.TokenType == JsonTokenType.StartObject) return new(Map, KeyOf(ref reader));
                if (items && reader.TokenType == JsonTokenType.StartArray) return new(Items);
                if (!reader.TrySkip()) return null;
            }
        }
        catch (JsonException)
        {
            // No JSON at all is no shape either.
        }

        return null;
    }

    /// <summary>The member whose value is the key, by the first session that shows one.</summary>
    public static string KeyOf(JsonObject map) =>
        map.Select(entry => IdNames.FirstOrDefault(name => (entry.Value as JsonObject)?[name] is JsonValue value && value.ToString() == entry.Key)).FirstOrDefault(name => name is not null) ?? "id";

    private static string KeyOf(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName) return "id";
        var key = reader.GetString();
        var held = new HashSet<string>();
        if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!reader.Read()) break;
                if (reader.TokenType == JsonTokenType.String && reader.GetString() == key) held.Add(name);
                else if (!reader.TrySkip()) break;
            }
        }

        return IdNames.FirstOrDefault(held.Contains) ?? "id";
    }
}
