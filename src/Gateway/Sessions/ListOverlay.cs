using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Legacy's list with the changes it lacks put in, in whatever shape legacy lists.</summary>
public static class ListOverlay
{
    private static readonly string[] IdNames = ["id", "session_id", "session_name", "name"];

    /// <param name="accepts">Whether a session that legacy did not list belongs on this page.</param>
    public static void Apply(JsonNode list, IReadOnlyCollection<ListedSession> pending, Func<JsonObject, bool> accepts)
    {
        if (pending.Count == 0) return;
        var byId = pending.ToDictionary(p => p.Id, StringComparer.Ordinal);
        switch (list)
        {
            case JsonArray array:
                Array(array, byId, accepts);
                break;
            case JsonObject { } wrapper when (wrapper["sessions"] ?? wrapper["items"]) is JsonArray array:
                Array(array, byId, accepts);
                break;
            case JsonObject { } wrapper when wrapper["sessions"] is JsonObject map:
                Map(map, byId, accepts);
                break;
        }
    }

    private static void Array(JsonArray array, Dictionary<string, ListedSession> pending, Func<JsonObject, bool> accepts)
    {
        for (var i = array.Count - 1; i >= 0; i--)
        {
            if (array[i] is not JsonObject session || IdOf(session) is not { } id || !pending.Remove(id, out var ours)) continue;
            if (ours.Body is null) array.RemoveAt(i);
            else array[i] = JsonNode.Parse(ours.Body);
        }

        foreach (var body in pending.Values.Where(p => p.Body is not null).OrderBy(p => p.Id, StringComparer.Ordinal).Select(p => p.Body))
            if (JsonNode.Parse(body) is JsonObject session && accepts(session))
                array.Add(session);
    }

    private static void Map(JsonObject map, Dictionary<string, ListedSession> pending, Func<JsonObject, bool> accepts)
    {
        foreach (var (id, ours) in pending)
        {
            var listed = map.Remove(id);
            if (ours.Body is not null && JsonNode.Parse(ours.Body) is JsonObject session && (listed || accepts(session))) map[id] = session;
        }
    }

    private static string? IdOf(JsonObject session)
    {
        foreach (var name in IdNames)
            if (session[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                return value.GetValue<string>();
        return null;
    }
}
