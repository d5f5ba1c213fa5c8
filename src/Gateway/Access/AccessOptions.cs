using System.Globalization;
using GaiaOrleans.Contracts.Access;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>Who may come in. Section <c>Auth</c>; with neither keys nor an authority everybody may, on the loopback interface only.</summary>
public sealed class AccessOptions
{
    /// <summary>API keys. Two of one name may be valid at once: that is how a key is replaced without a gap.</summary>
    public KeyOptions[] Keys { get; set; } = [];

    /// <summary>Base URL of an OpenID Connect issuer whose tokens are accepted as well. Default: none.</summary>
    public string? Authority { get; set; }

    /// <summary>The audience that its tokens must name. Required with <see cref="Authority"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim of its tokens that holds a role: client, viewer, operator or admin. Default: gaia_role.</summary>
    public string RoleClaim { get; set; } = "gaia_role";

    /// <summary>How many refused credentials of one address are answered and logged one by one in a minute. Default: 20.</summary>
    public int RefusalsPerMinute { get; set; } = 20;

    public bool Locked => Keys.Length > 0 || Authority is not null;
}

/// <summary>One key. Section <c>Auth:Keys:N</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>The actor of what is done with it, in the history.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key, 64 hexadecimal digits; <c>gaia keys new</c> prints it.</summary>
    public string Hash { get; set; } = "";

    /// <summary>client, viewer, operator or admin.</summary>
    public string Role { get; set; } = "";

    /// <summary>From when on it is refused. Default: never.</summary>
    public DateTimeOffset? Expires { get; set; }
}

/// <summary>Every failure at once, each with what to set instead. No message repeats a hash.</summary>
public sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    private const int HashLength = 64;

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var failures = options.Keys.SelectMany((key, n) => Check(key, n)).ToList();
        foreach (var twice in options.Keys.Where(k => k.Hash.Length > 0).GroupBy(k => k.Hash, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            failures.Add($"Auth:Keys has one hash under {string.Join(" and ", twice.Select(k => $"'{k.Name}'"))}: give each its own key (gaia keys new).");
        if (options.Authority is { } authority && !(Uri.TryCreate(authority, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
            failures.Add($"Auth:Authority '{authority}' is not a URL. Set Auth__Authority=https://issuer (environment).");
        if (options.Authority is not null && string.IsNullOrWhiteSpace(options.Audience))
            failures.Add("Auth:Authority is set, but not Auth:Audience: any token of that issuer would be let in. Set Auth__Audience (environment).");
        if (options.RefusalsPerMinute is < 1 or > 10_000) failures.Add("Auth:RefusalsPerMinute must be from 1 to 10000 (environment: Auth__RefusalsPerMinute).");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(KeyOptions key, int n)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"Auth:Keys:{n}");
        var variable = string.Create(CultureInfo.InvariantCulture, $"Auth__Keys__{n}__");
        if (string.IsNullOrWhiteSpace(key.Name)) yield return $"{at}:Name is not set: the history names it. Set {variable}Name (environment).";
        if (key.Hash.StartsWith(ApiKey.Prefix, StringComparison.Ordinal)) yield return $"{at}:Hash holds the key itself. Put its hash there (gaia keys new prints both) and replace the key, which has been written down now.";
        else if (key.Hash.Length != HashLength || !key.Hash.All(char.IsAsciiHexDigit)) yield return $"{at}:Hash must be 64 hexadecimal digits, the SHA-256 of the key. Set {variable}Hash (environment); gaia keys new prints it.";
        if (!Roles.TryParse(key.Role, out _)) yield return $"{at}:Role '{key.Role}' is none of client, viewer, operator, admin. Set {variable}Role (environment).";
    }
}
