using System.Security.Cryptography;
using GaiaOrleans.Contracts.Access;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>A key that is in force.</summary>
/// <param name="Hash">As it is configured.</param>
public sealed record HeldKey(string Name, Role Role, string Hash);

/// <summary>The configured keys. Read anew when configuration is reloaded, so that a key can be replaced without a restart.</summary>
public sealed class KeyRing(IOptionsMonitor<AccessOptions> options, TimeProvider time)
{
    /// <summary>Who holds <paramref name="key"/>; null = nobody, or it has expired. Takes the same time whichever it is.</summary>
    public HeldKey? Find(string key) => Find(ApiKey.Digest(key));

    /// <summary>Who holds the key with this hash now.</summary>
    public HeldKey? OfHash(string hash) => Find(Convert.FromHexString(hash));

    private HeldKey? Find(byte[] digest)
    {
        var now = time.GetUtcNow();
        HeldKey? found = null;
        foreach (var candidate in options.CurrentValue.Keys)
        {
            var same = CryptographicOperations.FixedTimeEquals(digest, Convert.FromHexString(candidate.Hash));
            if (same && !(candidate.Expires <= now) && Roles.TryParse(candidate.Role, out var role)) found = new(candidate.Name, role, candidate.Hash);
        }

        return found;
    }
}
