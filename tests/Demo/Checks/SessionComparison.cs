using System.Text.Json;

namespace GaiaOrleans.Demo.Checks;

internal sealed record Mismatch(string Id, string Field, string Python, string Go);

/// <summary>Field by field, by normalised value: the fields of a session and whatever else the legacy record carries.</summary>
internal static class SessionComparison
{
    private static readonly string[] Known =
    [
        "id", "session_name", "user_id", "tier", "provider", "status", "lesson_id", "time_window_start", "time_window_end",
        "last_heartbeat", "health_status", "consecutive_failures", "max_concurrent_tasks", "current_task_count", "metadata", "created_at",
    ];

    private static readonly HashSet<string> Enums = ["tier", "provider", "status", "health_status"];
    private static readonly HashSet<string> Timestamps = ["time_window_start", "time_window_end", "last_heartbeat", "created_at"];

    /// <summary>GAIA_HOME stamps `updated_at` itself: it differs by right.</summary>
    private const string Stamped = "updated_at";

    public static IEnumerable<Mismatch> Differences(string id, JsonElement python, JsonElement go)
    {
        var fields = Known.Concat(python.EnumerateObject().Select(member => member.Name)).Where(name => name != Stamped).Distinct();
        foreach (var field in fields)
        {
            var (left, right) = (Value(python, field), Value(go, field));
            if (Normalised(field, left) != Normalised(field, right))
                yield return new(id, field, Show(left), Show(right));
        }
    }

    private static JsonElement Value(JsonElement document, string field) => document.TryGetProperty(field, out var value) ? value : default;

    private static string Normalised(string field, JsonElement value) =>
        Enums.Contains(field) ? Normal.Enum(value)
        : Timestamps.Contains(field) ? Normal.Timestamp(value)
        : Normal.Text(value);

    private static string Show(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "(missing)" : value.GetRawText();
}
