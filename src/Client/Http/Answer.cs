using System.Text.Json;

namespace GaiaOrleans.Client.Http;

/// <summary>A successful answer: the body as it came, and the headers that say how it came about.</summary>
internal sealed record Answer(int Status, string Body, JsonElement Json, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
