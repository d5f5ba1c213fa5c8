using System.Text;
using System.Text.Json;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>An answer read to its end, or up to the limit.</summary>
/// <param name="Body">Null when it was longer than allowed.</param>
/// <param name="NextCursor">Header <c>X-Next-Cursor</c>.</param>
/// <param name="NextLink">The target of header <c>Link</c> with <c>rel=next</c>.</param>
/// <param name="Location">Header <c>Location</c> as it came.</param>
internal sealed record LegacyReply(int Status, string MediaType, byte[]? Body, string? NextCursor, string? NextLink, string? Location)
{
    private const int Shown = 500;

    /// <summary>Header <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>Header <c>WWW-Authenticate</c>.</summary>
    public string? Challenge { get; init; }

    /// <summary>Header <c>ETag</c>.</summary>
    public string? ETag { get; init; }

    /// <summary>Header <c>Last-Modified</c>.</summary>
    public string? LastModified { get; init; }

    public bool Success => Status is >= 200 and < 300;

    /// <summary>The code of a refusal that is not about the session: it ends by itself or with another credential. Null = it is none.</summary>
    public string? Passing => Status switch
    {
        401 or 403 or 407 => LegacyTrouble.Unauthorized,
        408 => LegacyTrouble.TimedOut,
        425 => LegacyTrouble.Unavailable,
        429 => LegacyTrouble.Overloaded,
        _ => null,
    };

    /// <summary>The start of the body, for people.</summary>
    public string Text => Body is null ? "(too large)" : Shorten(Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, Shown * 4))));

    /// <summary>Null when the body is not JSON, whatever its content type says: old Python services send JSON as text/html.</summary>
    /// <param name="deep">It shows many sessions: one that is nested too deeply to be stored is refused by itself, and not with all others.</param>
    public JsonDocument? Json(bool deep = false)
    {
        if (Body is not { Length: > 0 }) return null;
        try
        {
            return JsonDocument.Parse(Body, deep ? RawNode.Deep : default);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>It comes from the session resource itself: a web server's own page says nothing about a session.</summary>
    public bool FromResource() => Body is { Length: 0 } || IsJson();

    public bool IsJson()
    {
        using var json = Json();
        return json is not null;
    }

    private static string Shorten(string text) => text.Length <= Shown ? text : text[..Shown];
}
