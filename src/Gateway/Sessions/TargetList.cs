using System.Text.Json;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>A list of the cluster's own, in the shape that clients know.</summary>
internal static class TargetList
{
    /// <param name="following">The pages after the first, when all are to be one list.</param>
    public static async Task Write(HttpContext context, SessionPage page, ListQuery query, ListShape shape, IAsyncEnumerable<SessionPage>? following)
    {
        if (page.Next is { } next) NextPage.Announce(context, next);
        context.Response.ContentType = "application/json";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await using var writer = new Utf8JsonWriter(context.Response.Body, new() { SkipValidation = true });
        var names = shape is { Form: ListShape.Map, Key: not "id" } ? new HashSet<string>(StringComparer.Ordinal) : null;
        Begin(writer, shape);
        Sessions(writer, page, shape, names);
        if (following is not null)
        {
            // Each page leaves before the next is asked for: a slow client holds one of them, however many there are.
            await writer.FlushAsync(context.RequestAborted);
            await foreach (var more in following)
            {
                Sessions(writer, more, shape, names);
                await writer.FlushAsync(context.RequestAborted);
            }
        }

        End(writer, shape, page, query);
    }

    private static void Begin(Utf8JsonWriter writer, ListShape shape)
    {
        if (shape.Form != ListShape.Array)
        {
            writer.WriteStartObject();
            writer.WritePropertyName(shape.Form == ListShape.Items ? "items" : "sessions");
        }

        if (shape.Form == ListShape.Map) writer.WriteStartObject();
        else writer.WriteStartArray();
    }

    private static void End(Utf8JsonWriter writer, ListShape shape, SessionPage page, ListQuery query)
    {
        if (shape.Form == ListShape.Map) writer.WriteEndObject();
        else writer.WriteEndArray();
        if (shape.Form == ListShape.Array) return;
        if (shape.Form == ListShape.Items) Position(writer, page, query);
        writer.WriteEndObject();
    }

    private static void Sessions(Utf8JsonWriter writer, SessionPage page, ListShape shape, HashSet<string>? names)
    {
        foreach (var session in page.Sessions)
        {
            if (shape.Form == ListShape.Map) writer.WritePropertyName(Key(session, shape, names));
            writer.WriteRawValue(session.Body, skipInputValidation: true);
        }
    }

    /// <param name="names">Those given already; null where the keys are ids.</param>
    private static string Key(ListedSession session, ListShape shape, HashSet<string>? names)
    {
        if (names is null) return session.Id;
        // A name may be missing, or be two sessions'; an id is neither.
        var name = Text(session, shape.Key) ?? session.Id;
        return names.Add(name) ? name : session.Id;
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
}
