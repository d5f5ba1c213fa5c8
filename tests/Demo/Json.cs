using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GaiaOrleans.Demo;

internal static class Json
{
    /// <summary>The wire's habits: snake_case, readable unicode.</summary>
    public static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line per value, absent members left out: the journal and the clients' reports.</summary>
    public static readonly JsonSerializerOptions Lines = new(Wire) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static readonly JsonSerializerOptions Indented = new(Wire) { WriteIndented = true };
}
