using System.Text.Json.Nodes;

namespace GaiaOrleans.Silo;

/// <summary>Values that are kept as JSON text, answered as what they are.</summary>
internal static class KeptJson
{
    public static JsonNode? Node(string? json) => json is null ? null : JsonNode.Parse(json);
}
