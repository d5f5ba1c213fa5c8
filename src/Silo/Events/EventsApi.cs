using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Silo.Events;

/// <summary>GET /api/migration/events: what happened, as a stream that goes on, or for whoever accepts only JSON as a list.</summary>
internal static class EventsApi
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/api/migration/events", Events).WithName("WatchEvents");

    /// <param name="after">The stream begins after this id; 0 = with the oldest event; null = now. The header Last-Event-ID goes before it.</param>
    /// <param name="kind">Only these kinds, separated by commas.</param>
    /// <param name="limit">Of the list, which is newest first.</param>
    private static async Task<IResult> Events(
        HttpContext context, IEventLog log, EventTail tail, string? after, string? kind, int? limit, CancellationToken cancellationToken)
    {
        var kinds = Kinds(kind, "kind");
        if (WantsList(context.Request)) return TypedResults.Ok((await log.Newest(Limits.Check(limit), kinds, cancellationToken)).Select(EventView.Of));
        // A browser repeats the address it began with and adds the header.
        var given = context.Request.Headers[LastEventId].ToString() is { Length: > 0 } header ? Id(header, LastEventId) : after is null ? (long?)null : Id(after, "after");
        var newest = (await log.Newest(1, [], cancellationToken)).Select(e => e.Id).FirstOrDefault();
        // From another cluster, or from before a restore: waiting for it would be silence.
        if (given > newest) throw InvalidInputException.Field("after", $"is newer than the newest event, which is {newest}");
        return new EventStream(Watch(tail, given ?? newest, kinds, cancellationToken), given ?? newest);
    }

    /// <exception cref="InvalidInputException">Not a kind.</exception>
    public static IReadOnlyList<string> Kinds(string? text, string field)
    {
        var kinds = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return kinds.FirstOrDefault(k => !EventKinds.All.Contains(k)) is { } unknown
            ? throw InvalidInputException.Field(field, $"has '{unknown}'; the kinds are {string.Join(", ", EventKinds.All)}")
            : kinds;
    }

    private static async IAsyncEnumerable<StreamItem> Watch(EventTail tail, long after, IReadOnlyList<string> kinds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var e in tail.Follow(after, cancellationToken))
            if (kinds.Count == 0 || kinds.Contains(e.Kind)) yield return new(e.Kind, Encoding.UTF8.GetString(EventView.Utf8(e)), e.Id);
    }

    private static bool WantsList(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    private static long Id(string text, string field) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw InvalidInputException.Field(field, "must be the id of an event, or 0");
}
