using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Events;

/// <summary>Something that happened to the migration, for whoever watches it.</summary>
/// <param name="Id">Events become visible in the order of their ids.</param>
/// <param name="Kind">One of <see cref="EventKinds.All"/>.</param>
/// <param name="Data">A JSON object with snake_case members.</param>
public sealed record MigrationEvent(long Id, DateTimeOffset At, string Kind, string Data);

/// <summary>An event before it is appended.</summary>
/// <param name="Key">Says the same thing once: an event whose key is there already is not appended again. Null = always appended.</param>
public sealed record EventDraft(string Kind, string Data, string? Key = null)
{
    private static readonly JsonSerializerOptions Spelling = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <param name="kind">One of <see cref="EventKinds.All"/>.</param>
    /// <param name="data">Its members become snake_case; times are given as UTC <see cref="DateTime"/>.</param>
    /// <param name="key">See <see cref="Key"/>.</param>
    public static EventDraft Of(string kind, object data, string? key = null) =>
        // NUL is the one character that JSON can spell and jsonb cannot hold.
        new(kind, Json(data).Replace("\\u0000", "", StringComparison.Ordinal), key is null ? null : StorableText.Of(key));

    /// <summary>As the data of events are spelled.</summary>
    public static string Json(object data) => JsonSerializer.Serialize(data, Spelling);
}
