using System.Text.Json;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>One page as GAIA_HOME answered it.</summary>
/// <param name="Records">With their key, where they are members of an object.</param>
internal sealed record ListAnswer(string Shape, IReadOnlyList<(string? Key, JsonElement Record)> Records, JsonElement Root)
{
    private static readonly string[] Telling = ["next_cursor", "cursor", "pages", "has_more"];

    /// <summary>Null when it is none of the shapes we know.</summary>
    public static ListAnswer? Of(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => new(ListShape.Array, Items(root), root),
        JsonValueKind.Object when Member(root, "sessions") is { ValueKind: JsonValueKind.Array } sessions => new(ListShape.Sessions, Items(sessions), root),
        JsonValueKind.Object when Member(root, "sessions") is { ValueKind: JsonValueKind.Object } map => new(ListShape.Map, Entries(map), root),
        JsonValueKind.Object when Member(root, "items") is { ValueKind: JsonValueKind.Array } items => new(ListShape.Items, Items(items), root),
        _ => null,
    };

    /// <summary>The member that says where the list goes on; null = it has none, or says that it ends.</summary>
    public string? NextCursor(string? current)
    {
        if (Text("next_cursor") is { } next) return next;
        // Some echo the cursor they were asked with.
        return Text("cursor") is { } cursor && cursor != current ? cursor : null;
    }

    /// <summary>Page and number of pages, where both are known.</summary>
    /// <param name="asked">The page that was asked for; null = it was asked for in another way.</param>
    public (int Page, int Pages)? Paging(int? asked) => Count("pages") is { } pages && (Count("page") ?? asked) is { } page ? (page, pages) : null;

    /// <summary>It says so, and not where.</summary>
    public bool GoesOn => Root.ValueKind == JsonValueKind.Object && Member(Root, "has_more") is { ValueKind: JsonValueKind.True };

    /// <summary>How many sessions there are in all, where it is told.</summary>
    public int? Total => Count("total");

    /// <summary>It has a member that would say more if there were more.</summary>
    public bool SaysItsEnd => Root.ValueKind == JsonValueKind.Object && Telling.Any(member => Member(Root, member) is not null);

    private string? Text(string member) => Root.ValueKind == JsonValueKind.Object && Member(Root, member) is { } value
        ? value.ValueKind switch
        {
            JsonValueKind.String when JsonText.Flaw(value) is null && value.GetString() is { Length: > 0 } text => text,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        }
        : null;

    private int? Count(string member) =>
        Root.ValueKind == JsonValueKind.Object && Member(Root, member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var count) ? count : null;

    private static JsonElement? Member(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value : null;

    private static List<(string?, JsonElement)> Items(JsonElement array) => [.. array.EnumerateArray().Select(item => ((string?)null, item))];

    private static List<(string?, JsonElement)> Entries(JsonElement map) => [.. map.EnumerateObject().Select(entry => ((string?)JsonText.Name(entry), entry.Value))];
}
