using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Errors;

/// <summary>Values that did not compare equal, and how many differences were excused as mere spelling, by rule.</summary>
internal static class ValidationErrors
{
    public static IRenderable Of(JsonElement json)
    {
        var errors = json.Items("errors").ToArray();
        var table = Listing.Of(
            errors,
            "no validation errors",
            Column.Of("at"),
            Column.Of("session_id"),
            Column.Of("field"),
            Column.Of("rule"),
            Column.Of("python_value", wraps: true),
            Column.Of("go_value", wraps: true),
            Column.Of("source"),
            Column.Of("resolved"));
        return new Rows([ErrorCount.Below(table, errors.Length, json), .. Noise(json)]);
    }

    private static IEnumerable<IRenderable> Noise(JsonElement json) => json.Member("noise") is { ValueKind: JsonValueKind.Object } noise
        ? noise.EnumerateObject().Select(rule => Cell.Of($"noise: {rule.Value.Shown()} excused by the rule {rule.Name}", Cell.Quiet))
        : [];
}
