namespace GaiaOrleans.Client.Http;

/// <summary>Which control plane, and as whom.</summary>
internal sealed record Address(Uri Url, string? Token)
{
    private const string Default = "http://127.0.0.1:8080";

    /// <summary>An option goes before its environment variable.</summary>
    /// <exception cref="UsageException">Not an http(s) address, or a token that cannot be sent.</exception>
    public static Address Of(string? url, string? token, Func<string, string?> environment)
    {
        var (source, text) = url is not null ? ("--url", url)
            : environment("GAIA_URL") is { Length: > 0 } fromEnvironment ? ("GAIA_URL", fromEnvironment)
            : ("--url", Default);
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw new UsageException($"{source} is an address such as {Default}, not '{text}'.");
        if (parsed.UserInfo.Length > 0 || parsed.Query.Length > 0 || parsed.Fragment.Length > 0)
            throw new UsageException($"{source} is host, port and path only; a key goes into GAIA_TOKEN.");

        token ??= environment("GAIA_TOKEN");
        if (string.IsNullOrWhiteSpace(token)) return new(parsed, null);
        token = token.Trim();
        return token.All(c => c is > ' ' and < '\x7f') ? new(parsed, token) : throw new UsageException("The token holds characters that no key has.");
    }
}
