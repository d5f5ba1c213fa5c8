using System.IO.Hashing;
using System.Text;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>Tells a repeated request from another one that came under the same idempotency key. The body counts byte for byte.</summary>
public static class RequestHash
{
    public static string Of(SessionChange change, WriteContext context)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes($"{change.Kind} {(context.MustExist ? "*" : context.ExpectedVersion)}{string.Concat(context.OrVersions?.Select(v => $",{v}") ?? [])}\n"));
        hash.Append(change.Body);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
