using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace GaiaOrleans.Gateway.Access;

/// <summary>Whether what let a request in would still let it in: a stream outlives many a credential.</summary>
public sealed class Standing(KeyRing keys, TimeProvider time)
{
    /// <summary>True where nobody is asked who they are.</summary>
    public bool Holds(HttpContext context)
    {
        if (context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is not { Succeeded: true } credential) return true;
        if (credential.Properties?.ExpiresUtc <= time.GetUtcNow()) return false;
        // A token may say what it likes; only of a key is there something to look for.
        if (credential.Principal.Identity is not { AuthenticationType: KeyAuthentication.Name or SessionOfBrowser.Scheme } identity) return true;
        return credential.Principal.FindFirstValue(SessionOfBrowser.Hash) is not { } hash || keys.OfHash(hash)?.Name == identity.Name;
    }
}
