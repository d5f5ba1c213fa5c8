using System.Text.Json;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Http;

/// <summary>A refusal, as RFC 9457 problem details or as much of them as the answer had.</summary>
internal sealed record Problem(
    int Status, string Title, string? Detail, string? Code, IReadOnlyDictionary<string, string[]> Errors, IReadOnlyList<JsonElement> Blockers, string Body)
{
    private const int Excerpt = 200;

    public static Problem Read(int status, string reason, string body)
    {
        var title = $"HTTP {status} {reason}".TrimEnd();
        if (!JsonText.TryParse(body, out var json) || json.ValueKind != JsonValueKind.Object)
            return new(status, title, FirstLine(body), null, new Dictionary<string, string[]>(), [], body);
        return new(status, json.Text("title") ?? title, json.Text("detail"), json.Text("code"), ErrorsOf(json), [.. json.Items("blockers")], body);
    }

    private static Dictionary<string, string[]> ErrorsOf(JsonElement json) =>
        json.Member("errors") is { ValueKind: JsonValueKind.Object } errors
            ? errors.EnumerateObject().DistinctBy(field => field.Name).ToDictionary(field => field.Name, field => Messages(field.Value))
            : [];

    private static string[] Messages(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(message => message.Shown())] : [value.Shown()];

    private static string? FirstLine(string body)
    {
        var line = body.AsSpan().Trim();
        if (line.IndexOfAny('\r', '\n') is >= 0 and var end) line = line[..end];
        return line.IsEmpty ? null : line[..Math.Min(line.Length, Excerpt)].ToString();
    }
}
