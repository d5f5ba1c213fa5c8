using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>Without a key or an authority only the loopback interface may be listened on. Looked at before anything is started.</summary>
internal sealed class OpenDoor(IConfiguration configuration) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        if (options.Locked) return ValidateOptionsResult.Success;
        var wide = Urls(configuration).Where(url => !OnThisMachineOnly(url)).ToList();
        return wide.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"No key is configured, and {string.Join(" and ", wide)} can be reached from elsewhere: everybody could steer the migration. Set Auth__Keys__0__Name, Auth__Keys__0__Hash and Auth__Keys__0__Role (gaia keys new prints them), or listen on 127.0.0.1 only (ASPNETCORE_URLS).");
    }

    /// <summary>All that the server reads its addresses from; nothing there = http://localhost:5000.</summary>
    private static IEnumerable<string> Urls(IConfiguration configuration)
    {
        foreach (var url in Each("urls")) yield return url;
        foreach (var scheme in (string[])["http", "https"])
            foreach (var port in Each($"{scheme}_ports"))
                yield return string.Create(CultureInfo.InvariantCulture, $"{scheme}://*:{port}");
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
            if (endpoint["Url"] is { Length: > 0 } url)
                yield return url;

        string[] Each(string key) => configuration[key]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }

    private static bool OnThisMachineOnly(string url)
    {
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
