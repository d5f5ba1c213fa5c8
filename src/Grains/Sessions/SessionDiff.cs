using System.Text.Json;
using System.Text.RegularExpressions;
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
public static partial class SessionDiff
{
    public static DiffResult Compare(JsonElement python, JsonElement go, DiffRules rules)
    {
        var differences = new List<FieldDifference>();
        var noise = new Dictionary<string, int>();
        var lefts = Members(python);
        var rights = Members(go);
        var id = rights.TryGetValue(SessionField.Id, out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;
        foreach (var name in lefts.Keys.Union(rights.Keys))
        {
            if (name is SessionField.Id) continue; // the key under which both were found, whatever legacy calls it
            var rule = rules.For(name);
            var left = lefts.TryGetValue(name, out var l) ? l : (JsonElement?)null;
            var right = rights.TryGetValue(name, out var r) ? r : (JsonElement?)null;
            if (Same(left, right)) continue;
            // What the adapter added so that legacy finds the session; a document made here need not have it.
            if (id is not null && Same(null, right) && left is { } added && SessionField.RepeatsId(name, added, id)) continue;
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
            DiffRule.Timestamp => SessionTimestamp.TryRead(a, out var x) && SessionTimestamp.TryRead(b, out var y) && SessionTimestamp.SameButRounded(x, y, rules.TimestampTolerance),
            DiffRule.Number => AsNumber(a) is { } m && AsNumber(b) is { } n && m == n,
            DiffRule.Json => CanonicalJson.Text(a) == CanonicalJson.Text(b),
            _ => throw new InvalidOperationException($"Diff rule {rule} is not compared."),
        };
    }

    private static string Bare(JsonElement value) => EnumSpelling.Member(value.GetString()!).ToUpperInvariant();

    /// <summary>The number, quoted or not; null when it is none.</summary>
    private static string? AsNumber(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => CanonicalJson.Number(value.GetRawText()),
        JsonValueKind.String when NumberPattern().IsMatch(value.GetString()!) => CanonicalJson.Number(value.GetString()),
        _ => null,
    };

    [GeneratedRegex(@"^-?\d+(\.\d+)?([eE][+-]?\d+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();

    private static Dictionary<string, JsonElement> Members(JsonElement document)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in document.EnumerateObject()) members[member.Name] = member.Value;
        return members;
    }

    private static string? Text(JsonElement? value) => value?.GetRawText();

    private static string RuleName(DiffRule rule) => rule.ToString().ToLowerInvariant();
}
