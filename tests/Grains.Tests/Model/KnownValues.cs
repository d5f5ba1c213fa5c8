using System.Text.Json;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>
/// Every value of a field that the target ever held, or wrote into its conflict log as legacy's. What is overwritten on legacy and is not
/// among them has disappeared without a trace.
/// </summary>
internal sealed class KnownValues
{
    /// <summary>The fields that the model's writers set; each of them writes values that nobody else writes.</summary>
    public static readonly string[] Fields = ["session_name", "metadata", "own"];

    private readonly HashSet<(string Id, string Field, string Value)> _known = [];

    public void Learn(SessionRow row)
    {
        Learn(row.Id, Of(row.Document?.Text()));
        Learn(row.Id, Of(row.Intent?.Document?.Text()));
        foreach (var line in row.Log) Learn(row.Id, Of(line, line.PythonValue));
    }

    /// <summary>The fields of <paramref name="json"/> that <paramref name="replacement"/> changes and that nobody would find again.</summary>
    public IReadOnlyList<string> Lost(string id, string json, SessionDocument? replacement)
    {
        var after = Of(replacement?.Text());
        return [.. Of(json).Where(v => !after.Contains(v) && !_known.Contains((id, v.Field, v.Value))).Select(v => $"{v.Field} {v.Value}")];
    }

    public static IReadOnlySet<(string Field, string Value)> Of(string? json)
    {
        if (json is null) return new HashSet<(string, string)>();
        using var document = JsonDocument.Parse(json);
        return Fields.Where(f => document.RootElement.TryGetProperty(f, out _)).Select(f => (f, CanonicalJson.Text(document.RootElement.GetProperty(f)))).ToHashSet();
    }

    /// <summary>What a line of the log says about a side: of one field, or of all where it is about the session as a whole.</summary>
    public static IReadOnlySet<(string Field, string Value)> Of(ConflictEntry line, string? side)
    {
        if (side is null || line.Field == ConflictRules.Whole) return Of(side);
        using var value = JsonDocument.Parse(side);
        return new HashSet<(string, string)> { (line.Field, CanonicalJson.Text(value.RootElement)) };
    }

    private void Learn(string id, IReadOnlySet<(string Field, string Value)> values) => _known.UnionWith(values.Select(v => (id, v.Field, v.Value)));
}
