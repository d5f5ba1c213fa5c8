using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Legacy's list with the changes it lacks put in, in whatever shape legacy lists.</summary>
public static class ListOverlay
{
    /// <summary>Puts each pending session in the place of legacy's own state of it, or takes it out.</summary>
    /// <param name="matches">Whether a session is one of those that were asked for.</param>
    /// <param name="idMember">By which legacy's records are known, whatever else of them looks like an id; null = not known.</param>
    /// <returns>The pending sessions of which the list shows no state.</returns>
    public static IReadOnlyCollection<ListedSession> Replace(JsonNode list, IReadOnlyCollection<ListedSession> pending, Func<JsonObject, bool> matches, string? idMember = null)
    {
        if (pending.Count == 0) return pending;
        var byId = pending.ToDictionary(p => p.Id, StringComparer.Ordinal);
        if (ArrayIn(list) is { } array) Replace(array, byId, matches, idMember);
        else if (MapIn(list) is { } map) Replace(map, byId, matches, idMember);
        return byId.Values;
    }

    /// <summary>Adds them in id order, as far as they were asked for.</summary>
    public static void Add(JsonNode list, IEnumerable<ListedSession> sessions, Func<JsonObject, bool> matches)
    {
        var key = MapIn(list) is { } keyed ? ListShape.KeyOf(keyed) : "id";
        foreach (var added in sessions.OrderBy(p => p.Id, StringComparer.Ordinal))
        {
            if (Shown(added, matches) is not { } session) continue;
            if (ArrayIn(list) is { } array) array.Add(session);
            // A name may be missing, or be another session's.
            else if (MapIn(list) is { } map) map[session[key] is JsonValue name && !map.ContainsKey(name.ToString()) ? name.ToString() : added.Id] = session;
        }
    }

    /// <summary>The session as it is now; null when it is deleted or not one of those that were asked for.</summary>
    public static JsonObject? Shown(ListedSession ours, Func<JsonObject, bool> matches) =>
        ours.Body is { } body && JsonNode.Parse(body) is JsonObject session && matches(session) ? session : null;

    private static JsonArray? ArrayIn(JsonNode list) => list as JsonArray ?? (list is JsonObject wrapper ? (wrapper["sessions"] ?? wrapper["items"]) as JsonArray : null);

    private static JsonObject? MapIn(JsonNode list) => (list as JsonObject)?["sessions"] as JsonObject;

    private static void Replace(JsonArray array, Dictionary<string, ListedSession> pending, Func<JsonObject, bool> matches, string? idMember)
    {
        for (var i = array.Count - 1; i >= 0; i--)
        {
            if (array[i] is not JsonObject session || IdOf(session, idMember) is not { } id || !pending.Remove(id, out var ours)) continue;
            if (Shown(ours, matches) is { } changed) array[i] = changed;
            else array.RemoveAt(i);
        }
    }

    private static void Replace(JsonObject map, Dictionary<string, ListedSession> pending, Func<JsonObject, bool> matches, string? idMember)
    {
        foreach (var (key, value) in map.ToList())
        {
            // The key is an id or a name for people; then the session carries its id.
            var id = pending.ContainsKey(key) || value is not JsonObject session ? key : IdOf(session, idMember);
            if (id is null || !pending.Remove(id, out var ours)) continue;
            if (Shown(ours, matches) is { } changed) map[key] = changed;
            else map.Remove(key);
        }
    }

    private static string? IdOf(JsonObject session, string? idMember)
    {
        foreach (var name in ListShape.IdNames.OrderBy(name => name != idMember))
            if (session[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number)
                return value.ToString();
        return null;
    }
}
