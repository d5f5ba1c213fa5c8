using System.Text;
using System.Text.Json;

namespace GaiaOrleans.Demo.Clusters;

/// <summary>The problem details of a refusal, as far as the answer had any.</summary>
internal sealed record Problem(int Status, string? Code, string? Title, string? Detail, IReadOnlyList<string> Blockers)
{
    public static Problem Read(int status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
                return new(status, Text(root, "code"), Text(root, "title"), Text(root, "detail"), BlockersOf(root));
        }
        catch (JsonException)
        {
            // An answer that is no JSON (a proxy's page) has a status all the same.
        }
        return new(status, null, null, Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200))), []);
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{Status} {Code ?? "(no code)"}: {Title ?? "(no title)"}");
        if (!string.IsNullOrWhiteSpace(Detail) && Detail != Title)
            text.Append(". ").Append(Detail);
        foreach (var blocker in Blockers)
            text.AppendLine().Append("  blocker ").Append(blocker);
        return text.ToString();
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string> BlockersOf(JsonElement root) =>
        root.TryGetProperty("blockers", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(Describe)]
            : [];

    private static string Describe(JsonElement blocker) => blocker.ValueKind == JsonValueKind.Object
        ? string.Join(", ", blocker.EnumerateObject().Select(member => $"{member.Name} {member.Value}"))
        : blocker.ToString();
}
