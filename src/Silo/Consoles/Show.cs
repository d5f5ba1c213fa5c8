using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Contracts;

namespace GaiaOrleans.Silo.Consoles;

/// <summary>Figures as people read them, each with its unit.</summary>
internal static class Show
{
    private const string Nothing = "–";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Time(DateTimeOffset? at) => at is { } t ? t.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : Nothing;

    public static string Ms(double? ms) => ms is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.#} ms") : Nothing;

    /// <param name="rate">0 to 1.</param>
    public static string Percent(double? rate) => rate is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.##} %") : Nothing;

    public static string Count(long? count) => count is { } value ? value.ToString("N0", CultureInfo.InvariantCulture) : Nothing;

    public static string Minutes(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min");

    /// <summary>As the wire spells a name: <c>gradual_rollout</c>.</summary>
    public static string Name(Enum value) => value.Wire();

    /// <summary>The members of an event that say something by themselves.</summary>
    public static string Facts(string json)
    {
        using var data = JsonDocument.Parse(json);
        return string.Join(" · ", data.RootElement.EnumerateObject()
            .Where(m => m.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True)
            .Select(m => m.Value.ValueKind == JsonValueKind.True ? m.Name : $"{m.Name} {m.Value}"));
    }

    /// <summary>Laid out for reading; the renderer escapes it.</summary>
    public static string Json(byte[]? document)
    {
        if (document is null) return Nothing;
        using var json = JsonDocument.Parse(document);
        return JsonSerializer.Serialize(json.RootElement, Indented);
    }
}
