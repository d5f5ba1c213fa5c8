namespace GaiaOrleans.Gateway;

/// <summary>How a list says that there is more of it: X-Next-Cursor, and a Link to the same question with that cursor.</summary>
public static class NextPage
{
    // In front of what a header would spoil, as RFC 8187 has it.
    private const string Encoded = "utf-8''";

    /// <param name="cursor">In the header as it is where it can be, as GAIA_HOME has it: a client encodes it for its next question, and would do so twice.</param>
    public static void Announce(HttpContext context, string cursor)
    {
        var plain = cursor.All(c => c is >= ' ' and <= '~') && cursor == cursor.Trim() && !cursor.StartsWith(Encoded, StringComparison.Ordinal);
        var text = plain ? cursor : Encoded + Uri.EscapeDataString(cursor);
        context.Response.Headers["X-Next-Cursor"] = text;
        context.Response.Headers.Link = $"<{context.Request.Path}{Query(context.Request, text)}>; rel=\"next\"";
    }

    /// <summary>The cursor that was announced, from what a client gives back.</summary>
    public static string Understand(string given) => given.StartsWith(Encoded, StringComparison.Ordinal) ? Uri.UnescapeDataString(given[Encoded.Length..]) : given;

    private static QueryString Query(HttpRequest request, string cursor) =>
        QueryString.Create(request.Query.Where(q => q.Key is not ("cursor" or "page")).Append(new("cursor", cursor)));
}
