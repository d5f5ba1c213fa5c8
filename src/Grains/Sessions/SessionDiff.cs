using System.Runtime.InteropServices;
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
    private static readonly DiffResult Identical = new([], new Dictionary<string, int>());

    private static readonly string[] RuleNames = [.. Enum.GetValues<DiffRule>().Select(r => r.ToString().ToLowerInvariant())];

    public static DiffResult Compare(JsonElement python, JsonElement go, DiffRules rules)
    {
        var unlike = SpelledDifferently(python, go);
        if (unlike.Count == 0) return Identical;
        var differences = new List<FieldDifference>();
        var noise = new Dictionary<string, int>();
        var id = go.TryGetProperty(SessionField.Id, out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;
        foreach (var (name, left, right) in unlike)
        {
            if (name is SessionField.Id) continue; // the key under which both were found, whatever legacy calls it
            var rule = rules.For(name);
            if (Same(left, right)) continue;
            // What the adapter added so that legacy finds the session; a document made here need not have it.
            if (id is not null && Same(null, right) && left is { } added && SessionField.RepeatsId(name, added, id)) continue;
            var label = RuleNames[(int)rule];
            if (Excused(rule, left, right, rules)) noise[label] = noise.GetValueOrDefault(label) + 1;
            else differences.Add(new(name, label, Text(left), Text(right)));
        }

        return new(differences, noise);
    }

    /// <summary>Members that are not written alike on both sides. Nearly all are alike, in the same order, and cost nothing here.</summary>
    private static List<(string Name, JsonElement? Left, JsonElement? Right)> SpelledDifferently(JsonElement python, JsonElement go)
    {
        var unlike = new List<(string Name, JsonElement? Left, JsonElement? Right)>();
        var (left, right) = (python.EnumerateObject(), go.EnumerateObject());
        while (true)
        {
            var (more, moreToo) = (left.MoveNext(), right.MoveNext());
            if (!more && !moreToo) return unlike;
            if (more != moreToo || !JsonMarshal.GetRawUtf8PropertyName(left.Current).SequenceEqual(JsonMarshal.GetRawUtf8PropertyName(right.Current))) return Searched(python, go);
            if (!Same(left.Current.Value, right.Current.Value)) unlike.Add((left.Current.Name, left.Current.Value, right.Current.Value));
        }
    }

    /// <summary>The same where the members of one are in another order: each is looked for. Of duplicates the last counts.</summary>
    private static List<(string Name, JsonElement? Left, JsonElement? Right)> Searched(JsonElement python, JsonElement go)
    {
        var unlike = new List<(string Name, JsonElement? Left, JsonElement? Right)>();
        foreach (var left in python.EnumerateObject())
            if (!(Find(go, left) is { } right && Same(left.Value, right)) && unlike.All(u => u.Name != left.Name))
                unlike.Add((left.Name, Find(python, left), Find(go, left)));
        foreach (var right in go.EnumerateObject())
            if (Find(python, right) is null && unlike.All(u => u.Name != right.Name))
                unlike.Add((right.Name, null, Find(go, right)));
        return unlike;
    }

    private static JsonElement? Find(JsonElement document, JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        var found = raw.Contains((byte)'\\') ? document.TryGetProperty(member.Name, out var value) : document.TryGetProperty(raw, out value);
        return found ? value : null;
    }

    /// <summary>Identical in writing, where a missing member and a null are the same nothing.</summary>
    private static bool Same(JsonElement? left, JsonElement? right) =>
        (left, right) switch
        {
            (null, null) => true,
            (null, { } b) => b.ValueKind == JsonValueKind.Null,
            ({ } a, null) => a.ValueKind == JsonValueKind.Null,
            ({ } a, { } b) => a.ValueKind == b.ValueKind && JsonMarshal.GetRawUtf8Value(a).SequenceEqual(JsonMarshal.GetRawUtf8Value(b)),
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
            DiffRule.Json => SameJson(a, b),
            _ => throw new InvalidOperationException($"Diff rule {rule} is not compared."),
        };
    }

    private static bool SameJson(JsonElement a, JsonElement b)
    {
        try
        {
            return JsonElement.DeepEquals(a, b);
        }
        // An exponent that it cannot count with; no text is made of everything else.
        catch (ArgumentOutOfRangeException)
        {
            return CanonicalJson.Text(a) == CanonicalJson.Text(b);
        }
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

    private static string? Text(JsonElement? value) => value?.GetRawText();
}
