using System.Buffers.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway;

namespace GaiaOrleans.Silo;

/// <summary>Where a list goes on, as its client gets it and gives it back: what places an entry in the order, in a form that needs no escaping.</summary>
internal static class PlaceCursor
{
    public static string Of(params string[] place) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(place));

    /// <summary>Null = from the beginning.</summary>
    /// <param name="parts">How many the list goes by.</param>
    /// <exception cref="InvalidInputException">Not one of this list's.</exception>
    public static string[]? Read(string? cursor, int parts)
    {
        if (cursor is null) return null;
        try
        {
            if (JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(cursor)) is { } place && place.Length == parts && !place.Contains(null)) return place!;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Said below.
        }

        throw Foreign();
    }

    public static InvalidInputException Foreign() => InvalidInputException.Field("cursor", "must be the X-Next-Cursor of this list's page before");

    /// <summary>Of one entry more than asked for: what is shown, and that there is more.</summary>
    public static IEnumerable<T> Page<T>(HttpContext context, IReadOnlyList<T> found, int limit, Func<T, string[]> place)
    {
        if (found.Count > limit) NextPage.Announce(context, Of(place(found[limit - 1])));
        return found.Take(limit);
    }
}
