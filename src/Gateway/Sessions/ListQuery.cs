using System.Globalization;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using Microsoft.Extensions.Primitives;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>What GET /api/sessions asks for: by cursor and limit, or by page and per_page.</summary>
/// <param name="Page">From 1 on; null when a cursor says where the page begins.</param>
/// <param name="First">No page of the same listing can have been asked for before this one.</param>
/// <param name="Unpaged">Neither a place nor a size: whatever GAIA_HOME gives to those who do not page.</param>
/// <param name="Foreign">What is asked for and nothing that the cluster goes by: a list that ignored it would be another than GAIA_HOME's. Null = nothing is.</param>
public sealed record ListQuery(string? Cursor, int Limit, long? Page, string? Status, string? Tier, bool First, bool Unpaged, string? Foreign)
{
    private const int MostPerPage = 1_000;
    private const int DefaultPerPage = 100;

    // Whatever else there is may be legacy's own way to go on.
    private static readonly HashSet<string> SaysNoPlace = new(StringComparer.Ordinal) { "status", "tier", "limit", "per_page" };

    private static readonly HashSet<string> Known = new(SaysNoPlace, StringComparer.OrdinalIgnoreCase) { "page", "cursor" };

    public bool Filtered => Status is not null || Tier is not null;

    public long Skip => Page is { } page ? (page - 1) * Limit : 0;

    public SessionQuery ToSessionQuery() => new(Cursor, Limit, Status, Tier, Skip, OfLegacy: Foreign is not null);

    /// <summary>The same, from the session after this one on.</summary>
    public SessionQuery After(string id) => new(id, Limit, Status, Tier);

    /// <exception cref="InvalidInputException">A number that is none, or text that no session can hold.</exception>
    public static ListQuery Of(IQueryCollection query)
    {
        var cursor = Text(query, "cursor") is { } given ? Storable(NextPage.Understand(given), "cursor") : null;
        var page = Number(query, "page", int.MaxValue);
        var size = Number(query, "limit", MostPerPage) ?? Number(query, "per_page", MostPerPage);
        var first = page is null or 1 && query.All(q => q.Key == "page" || SaysNoPlace.Contains(q.Key) || string.IsNullOrEmpty(q.Value));
        return new(
            cursor, size ?? DefaultPerPage, cursor is null ? page ?? 1 : null, Plain(Text(query, "status")), Plain(Text(query, "tier")), first,
            first && page is null && size is null, query.FirstOrDefault(q => IsForeign(q.Key, q.Value)).Key);
    }

    // Of one word said twice it is not known which is meant, or whether either will do.
    private static bool IsForeign(string key, StringValues said) => !string.IsNullOrEmpty(said) && (said.Count > 1 || !Known.Contains(key));

    /// <summary>The session is one of those that are asked for.</summary>
    public bool Matches(JsonObject session) => Matches(session, "status", Status) && Matches(session, "tier", Tier);

    private static bool Matches(JsonObject session, string field, string? wanted) => wanted is null || Plain(session[field]?.ToString()) == wanted;

    /// <summary><c>SessionStatus.IDLE</c> is how Python may write <c>idle</c>.</summary>
    private static string? Plain(string? spelled) => spelled?[(spelled.LastIndexOf('.') + 1)..].ToLowerInvariant();

    /// <summary>The database could not hold a control character, let alone find it.</summary>
    private static string? Text(IQueryCollection query, string name) => Once(query, name) switch
    {
        "" => null,
        var text => Storable(text, name),
    };

    // What is said twice is for legacy to understand.
    private static string Once(IQueryCollection query, string name) => query[name] is [{ } said] ? said : "";

    private static string Storable(string text, string name) => text.Any(char.IsControl) ? throw InvalidInputException.Field(name, "has a control character") : text;

    private static int? Number(IQueryCollection query, string name, int most)
    {
        var text = Once(query, name);
        if (text.Length == 0) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw InvalidInputException.Field(name, $"must be a whole number from 1 to {most}");
    }
}
