namespace GaiaOrleans.Silo.Legacy;

/// <summary>Where each thing is. An id always stays one path segment, whatever it holds.</summary>
internal sealed class LegacyAddresses(string baseUrl)
{
    // Uri would turn %2F%2E%2E into dot segments and remove them: another session, or another resource.
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private readonly string _base = new Uri(baseUrl).AbsoluteUri.TrimEnd('/');

    public Uri Health => Of("/health");

    public Uri Sessions => Of("/api/sessions");

    public Uri Session(string id) => Of("/api/sessions/" + Uri.EscapeDataString(id).Replace(".", "%2E", StringComparison.Ordinal));

    public Uri List(string query) => Of("/api/sessions?" + query);

    /// <summary>
    /// The target of a <c>Link</c>, asked for at our own address: a proxy may have given it an inner host name, and a credential must not
    /// follow it to another host.
    /// </summary>
    public Uri Linked(string target)
    {
        var resolved = new Uri(Sessions, target);
        return new Uri(new Uri(_base).GetLeftPart(UriPartial.Authority) + resolved.PathAndQuery, Verbatim);
    }

    private Uri Of(string pathAndQuery) => new(_base + pathAndQuery, Verbatim);
}
