using System.Text.Json;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Grains.Legacy;

/// <summary>One session in the words of legacy.</summary>
public static class LegacyRecord
{
    /// <param name="stamped">Fields that legacy sets by itself.</param>
    /// <exception cref="InvalidInputException">It is no JSON object, or holds text that cannot be stored; the place is named.</exception>
    public static LegacyRead Understand(string id, byte[] raw, IReadOnlySet<string> stamped)
    {
        try
        {
            using var json = JsonDocument.Parse(raw);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw InvalidInputException.Json("A session must be a JSON object.");
            return LegacyRead.Of(id, json.RootElement, stamped, raw);
        }
        catch (JsonException e)
        {
            throw InvalidInputException.Json($"This is not JSON: {e.Message}");
        }
    }
}
