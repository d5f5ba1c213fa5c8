namespace GaiaOrleans.Gateway;

/// <summary>How a list says that there is more of it: X-Next-Cursor, and a Link to the same question with that cursor.</summary>
public static class NextPage
{
    public static void Announce(HttpContext context, string cursor)
    {
        context.Response.Headers["X-Next-Cursor"] = Uri.EscapeDataString(cursor);
        context.Response.Headers.Link = $"<{context.Request.Path}{Query(context.Request, cursor)}>; rel=\"next\"";
    }

    private static QueryString Query(HttpRequest request, string cursor) =>
        QueryString.Create(request.Query.Where(q => q.Key is not ("cursor" or "page")).Append(new("cursor", cursor)));
}
