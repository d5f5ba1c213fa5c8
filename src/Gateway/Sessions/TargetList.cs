using System.Text.Json;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>A list of the cluster's own, in the shape that clients know.</summary>
internal static class TargetList
{
    public static async Task Write(HttpContext context, SessionPage page, ListQuery query, ListShape shape)
    {
        if (page.Next is { } next)
        {
            context.Response.Headers["X-Next-Cursor"] = Uri.EscapeDataString(next);
            context.Response.Headers.Link = $"<{context.Request.Path}{NextQuery(context.Request, next)}>; rel=\"next\"";
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.Body, new() { SkipValidation = true });
        if (shape.Form == ListShape.Array)
        {
            Values(writer, page.Sessions);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName(shape.Form == ListShape.Items ? "items" : "sessions");
        if (shape.Form == ListShape.Map) Members(writer, page.Sessions, shape.Key);
        else Values(writer, page.Sessions);
        if (shape.Form == ListShape.Items) Position(writer, page, query);
        writer.WriteEndObject();
    }

    private static void Values(Utf8JsonWriter writer, ListedSession[] sessions)
    {
        writer.WriteStartArray();
        foreach (var session in sessions) writer.WriteRawValue(session.Body, skipInputValidation: true);
        writer.WriteEndArray();
    }

    private static void Members(Utf8JsonWriter writer, ListedSession[] sessions, string key)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var session in sessions)
        {
            // A name may be missing, or be two sessions'; an id is neither.
            var name = key == "id" ? session.Id : Text(session, key) ?? session.Id;
            writer.WritePropertyName(used.Add(name) ? name : session.Id);
            writer.WriteRawValue(session.Body, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// Where this page is. How many there are in all would cost a pass over every session, on every page; so <c>pages</c> counts those that are
    /// known to exist, which is what a client needs to go on, and <c>total</c> comes with the last page, where it is known.
    /// </summary>
    private static void Position(Utf8JsonWriter writer, SessionPage page, ListQuery query)
    {
        if (query.Page is not { } number) return;
        if (page.Next is null && (page.Sessions.Length > 0 || query.Skip == 0)) writer.WriteNumber("total", query.Skip + page.Sessions.Length);
        writer.WriteNumber("page", number);
        writer.WriteNumber("pages", page.Next is null ? number : number + 1);
    }

    private static string? Text(ListedSession session, string member)
    {
        using var json = JsonDocument.Parse(session.Body);
        return json.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static QueryString NextQuery(HttpRequest request, string next) =>
        QueryString.Create(request.Query.Where(q => q.Key is not ("cursor" or "page")).Append(new("cursor", next)));
}
