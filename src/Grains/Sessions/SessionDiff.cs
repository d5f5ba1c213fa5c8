using System.Text.Json;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>Two documents compared field by field.</summary>
/// <param name="Differences">Fields whose rule says they differ.</param>
/// <param name="Noise">How often a rule excused a difference in spelling, by rule name.</param>
public sealed record DiffResult(IReadOnlyList<FieldDifference> Differences, IReadOnlyDictionary<string, int> Noise)
{
    public bool Equal => Differences.Count == 0;
}

/// <summary>Compares legacy's document (python) with the target's (go). Pure: no clock, no order between the sides.</summary>
public static class SessionDiff
{
    public static DiffResult Compare(JsonElement python, JsonElement go, DiffRules rules)
    {
        var differences = new List<FieldDifference>();
        var noise = new Dictionary<string, int>();
        foreach (var name in Names(python, go))
        {
            if (name is SessionField.Id) continue; // the key under which both were found, whatever legacy calls it
            var rule = rules.For(name);
            var left = Member(python, name);
            var right = Member(go, name);
            if (Same(left, right)) continue;
            if (Excused(rule, left, right, rules))
            {
                var label = RuleName(rule);
                noise[label] = noise.GetValueOrDefault(label) + 1;
                continue;
            }

            differences.Add(new(name, RuleName(rule), Text(left), Text(right)));
        }

        return new(differences, noise);
    }

    /// <summary>Identical in writing, where a missing member and a null are the same nothing.</summary>
    private static bool Same(JsonElement? left, JsonElement? right) =>
        (left, right) switch
        {
            (null, null) => true,
            (null, { } b) => b.ValueKind == JsonValueKind.Null,
            ({ } a, null) => a.ValueKind == JsonValueKind.Null,
            ({ } a, { } b) => a.ValueKind == b.ValueKind && a.GetRawText() == b.GetRawText(),
        };

    private static bool Excused(DiffRule rule, JsonElement? left, JsonElement? right, DiffRules rules)
    {
        if (rule == DiffRule.Ignore) return true;
        if (left is not { } a || right is not { } b) return false;
        return rule switch
        {
            DiffRule.Exact => a.ValueKind == JsonValueKind.String && b.ValueKind == JsonValueKind.String && a.GetString() == b.GetString(),
            DiffRule.Enum => a.ValueKind == JsonValueKind.String && b.ValueKind == JsonValueKind.String && Bare(a) == Bare(b),
            DiffRule.Timestamp => SessionTimestamp.TryRead(a, out var x) && SessionTimestamp.TryRead(b, out var y) && (x - y).Duration() <= rules.TimestampTolerance,
            DiffRule.Number => AsNumber(a) is { } m && AsNumber(b) is { } n && m == n,
            DiffRule.Json => CanonicalJson.Text(a) == CanonicalJson.Text(b),
            _ => throw new InvalidOperationException($"Diff rule {rule} is not compared."),
        };
    }

    private static string Bare(JsonElement value)
    {
        var text = value.GetString()!;
        return text[(text.LastIndexOf('.') + 1)..].ToUpperInvariant();
    }

    private static decimal? AsNumber(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDecimal(out var number) => number,
        JsonValueKind.String when decimal.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static IEnumerable<string> Names(JsonElement python, JsonElement go) =>
        python.EnumerateObject().Concat(go.EnumerateObject()).Select(p => p.Name).Distinct();

    private static JsonElement? Member(JsonElement document, string name) => document.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? value) => value?.GetRawText();

    private static string RuleName(DiffRule rule) => rule.ToString().ToLowerInvariant();
}
