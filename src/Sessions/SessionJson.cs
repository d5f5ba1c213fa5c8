using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Gateway.Legacy;
using Microsoft.AspNetCore.WebUtilities;

namespace GaiaOrleans.Sessions;

/// <summary>Sessions and lists of them, in the shapes that GAIA_HOME's clients know.</summary>
internal static class SessionJson
{
    public static string? IdOf(JsonObject session) =>
        ListShape.IdNames.Select(name => session[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null).FirstOrDefault(id => id is not null);

    /// <summary>The sessions of one answer; a map's key is the id of what names none.</summary>
    /// <exception cref="LegacyAnswerException">It is no list that we know.</exception>
    public static IEnumerable<GaiaSession> Sessions(JsonNode list) => ListShape.Of(list)?.Form switch
    {
        ListShape.Array => Of(list.AsArray()),
        ListShape.Sessions => Of(list["sessions"]!.AsArray()),
        ListShape.Items => Of(list["items"]!.AsArray()),
        ListShape.Map => list["sessions"]!.AsObject().Select(entry => (entry.Key, Session: entry.Value as JsonObject)).Where(e => e.Session is not null).Select(e => new GaiaSession(IdOf(e.Session!) ?? e.Key, null, e.Session!)),
        _ => throw new LegacyAnswerException(200, "what should be a list of sessions is none"),
    };

    /// <summary>The query of the page after this answer; null = it was the last.</summary>
    /// <param name="query">By which this one was asked for.</param>
    /// <exception cref="LegacyAnswerException">It says that there is more, and not where: what has been seen is not all of it.</exception>
    public static string? Next(JsonNode list, string? link, string? cursor, string query)
    {
        var page = new LegacyList(list, cursor, link, LegacyList.AskedBy(QueryHelpers.ParseQuery(query).GetValueOrDefault("page")));
        if (page.Last) return null;
        if (NextLink.Find(link) is { } target && target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark) return target[(mark + 1)..];
        cursor ??= (list as JsonObject)?["next_cursor"]?.ToString();
        if (cursor is not null) return With(query, "cursor", cursor);
        // One that answers with the same page whatever is asked would never end.
        return page.NextPage is { } next && next > page.Asked ? With(query, "page", $"{next}") : throw new LegacyAnswerException(200, "the list says that there is more, and not where");
    }

    /// <summary>A query with this member in place of any other of its name.</summary>
    public static string With(string query, string name, string value) =>
        string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !pair.StartsWith(name + "=", StringComparison.Ordinal)).Append($"{name}={Uri.EscapeDataString(value)}"));

    private static IEnumerable<GaiaSession> Of(JsonArray sessions) => sessions.OfType<JsonObject>().Select(session => new GaiaSession(IdOf(session) ?? "", null, session));
}
