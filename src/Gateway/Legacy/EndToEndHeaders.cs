using GaiaOrleans.Gateway.Access;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>The headers that a proxy passes on when it reads an answer itself instead of letting it through.</summary>
internal static class EndToEndHeaders
{
    /// <summary>Headers that ask for less than the whole answer as it is now.</summary>
    public static readonly IReadOnlyList<string> Conditions =
        [HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince, HeaderNames.IfUnmodifiedSince, HeaderNames.IfRange, HeaderNames.Range];

    // RFC 9110, 7.6.1, and those that speak of a connection or a body of our own.
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Connection, HeaderNames.ProxyConnection, HeaderNames.KeepAlive, HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
        HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, HeaderNames.Host, HeaderNames.Expect, HeaderNames.ContentLength,
    };

    // The answer is parsed here, so it must come whole and unpacked.
    private static readonly HashSet<string> NotAsked = new(Conditions, StringComparer.OrdinalIgnoreCase) { HeaderNames.AcceptEncoding };

    // What these say of legacy's bytes is not true of changed ones.
    private static readonly HashSet<string> OfTheBytes = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.ETag, HeaderNames.LastModified, HeaderNames.AcceptRanges, HeaderNames.ContentMD5, "Digest", "Content-Digest", "Repr-Digest",
    };

    public static void Copy(HttpRequest from, HttpRequestMessage to)
    {
        foreach (var (name, values) in from.Headers)
            if (!name.StartsWith(':') && !Stays(name, from.Headers.Connection) && !NotAsked.Contains(name))
                to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        KeepOurCookie(to);
    }

    /// <summary>What a browser is logged in by here is nothing to legacy.</summary>
    public static void KeepOurCookie(HttpRequestMessage to)
    {
        if (!to.Headers.NonValidated.TryGetValues(HeaderNames.Cookie, out var cookies)) return;
        var others = SessionOfBrowser.Others(string.Join("; ", cookies));
        to.Headers.Remove(HeaderNames.Cookie);
        if (others is not null) to.Headers.TryAddWithoutValidation(HeaderNames.Cookie, others);
    }

    /// <param name="changed">The body that goes with them is not the one that came.</param>
    public static void Copy(HttpResponseMessage from, HttpResponse to, bool changed)
    {
        var named = from.Headers.TryGetValues(HeaderNames.Connection, out var hops) ? new StringValues([.. hops]) : default;
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
            if (!Stays(name, named) && !(changed && OfTheBytes.Contains(name)))
                to.Headers[name] = new StringValues([.. values]);
    }

    private static bool Stays(string name, StringValues connection) =>
        HopByHop.Contains(name) || connection.Any(c => c!.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase));
}
