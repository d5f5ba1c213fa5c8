using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>The bodies that the clients send.</summary>
internal static class Drafts
{
    private static readonly string[] Statuses = ["idle", "busy", "active", "paused", "failed", "offline"];
    private static readonly string[] Tiers = ["high_level", "manager", "worker"];
    private static readonly string[] Providers = ["claude", "codex", "ollama", "openai", "gemini"];

    public static SessionMark Mark(string demo, Random random) => new(demo, Statuses[random.Next(Statuses.Length)], random.Next(20));

    public static JsonObject New(string id, SessionMark mark, Random random, DateTimeOffset now) => new()
    {
        ["id"] = id,
        ["session_name"] = $"demo {id}",
        ["user_id"] = $"user-{random.Next(500)}",
        ["tier"] = Tiers[random.Next(Tiers.Length)],
        ["provider"] = Providers[random.Next(Providers.Length)],
        ["status"] = mark.Status,
        ["lesson_id"] = random.Next(3) == 0 ? null : $"lesson-{random.Next(200)}",
        ["time_window_start"] = Time(now),
        ["time_window_end"] = Time(now.AddHours(2)),
        ["last_heartbeat"] = Time(now),
        ["health_status"] = "healthy",
        ["consecutive_failures"] = 0,
        ["max_concurrent_tasks"] = 20,
        ["current_task_count"] = mark.Tasks,
        ["metadata"] = new JsonObject { ["demo"] = mark.Demo, ["labels"] = new JsonArray("zebra", "ähre", 1.5), ["nested"] = new JsonObject { ["z"] = 1, ["a"] = true } },
    };

    /// <summary>The whole document as it was read, with the mark.</summary>
    public static JsonObject Replacement(JsonElement read, SessionMark mark)
    {
        var document = JsonObject.Create(read)!;
        document["status"] = mark.Status;
        document["current_task_count"] = mark.Tasks;
        var metadata = document["metadata"] as JsonObject ?? [];
        metadata["demo"] = mark.Demo;
        document["metadata"] = metadata.DeepClone();
        return document;
    }

    public static JsonObject Patch(SessionMark mark) => new()
    {
        ["status"] = mark.Status,
        ["current_task_count"] = mark.Tasks,
        ["metadata"] = new JsonObject { ["demo"] = mark.Demo },
    };

    private static string Time(DateTimeOffset now) => now.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
