using System.Text.Json;
using GaiaOrleans.Demo.Checks;

namespace GaiaOrleans.Demo.Journals;

/// <summary>
/// What every write of the demo sets, so that a write can be found again by value: a value that occurs once (`metadata.demo`)
/// and two ordinary fields that must have come along with it.
/// </summary>
internal sealed record SessionMark(string Demo, string Status, long Tasks)
{
    /// <summary>Null when the document carries no mark: nobody in this demo wrote it.</summary>
    public static SessionMark? Of(JsonElement document)
    {
        if (!document.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object ||
            !metadata.TryGetProperty("demo", out var demo) || demo.ValueKind != JsonValueKind.String)
            return null;
        var status = document.TryGetProperty("status", out var value) ? Normal.Enum(value) : "";
        var tasks = document.TryGetProperty("current_task_count", out var count) && count.TryGetWholeNumber(out var number) ? number : -1;
        return new(demo.GetString()!, status, tasks);
    }

    public override string ToString() => $"{Demo} ({Status}, {Tasks})";
}
