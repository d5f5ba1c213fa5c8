using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Legacy's list with the changes it lacks put in, in whatever shape legacy lists.</summary>
public static class ListOverlay
{
    private static readonly string[] IdNames = ["id", "session_id", "session_name", "name"];

    /// <param name="matches">Whether a session is one of those that were asked for.</param>
    /// <param name="last">Legacy lists nothing after this page: what it has not listed by now is new.</param>
    public static void Apply(JsonNode list, IReadOnlyCollection<ListedSession> pending, Func<JsonObject, bool> matches, bool last)
    {
        if (pending.Count == 0) return;
        var byId = pending.ToDictionary(p => p.Id, StringComparer.Ordinal);
        switch (list)
        {
            case JsonArray array:
                Array(array, byId, matches, last);
                break;
            case JsonObject { } wrapper when (wrapper["sessions"] ?? wrapper["items"]) is JsonArray array:
                Array(array, byId, matches, last);
                break;
            case JsonObject { } wrapper when wrapper["sessions"] is JsonObject map:
                Map(map, byId, matches, last);
                break;
        }
    }

    private static void Array(JsonArray array, Dictionary<string, ListedSession> pending, Func<JsonObject, bool> matches, bool last)
    {
        for (var i = array.Count - 1; i >= 0; i--)
        {
            if (array[i] is not JsonObject session || IdOf(session) is not { } id || !pending.Remove(id, out var ours)) continue;
            if (Shown(ours, matches) is { } changed) array[i] = changed;
            else array.RemoveAt(i);
        }

        if (!last) return;
        foreach (var added in pending.Values.OrderBy(p => p.Id, StringComparer.Ordinal))
            if (Shown(added, matches) is { } session)
                array.Add(session);
    }

    private static void Map(JsonObject map, Dictionary<string, ListedSession> pending, Func<JsonObject, bool> matches, bool last)
    {
        foreach (var (key, value) in map.ToList())
        {
            // The key is an id or a name for people; then the session carries its id.
            var id = pending.ContainsKey(key) || value is not JsonObject session ? key : IdOf(session);
            if (id is null || !pending.Remove(id, out var ours)) continue;
            if (Shown(ours, matches) is { } changed) map[key] = changed;
            else map.Remove(key);
        }

        if (!last) return;
        foreach (var added in pending.Values.OrderBy(p => p.Id, StringComparer.Ordinal))
            if (Shown(added, matches) is { } session)
                map[added.Id] = session;
    }

    /// <summary>The session as it is now; null when it is deleted or not one of those that were asked for.</summary>
    private static JsonObject? Shown(ListedSession ours, Func<JsonObject, bool> matches) =>
        ours.Body is { } body && JsonNode.Parse(body) is JsonObject session && matches(session) ? session : null;

    private static string? IdOf(JsonObject session)
    {
        foreach (var name in IdNames)
            if (session[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number)
                return value.ToString();
        return null;
    }
}
