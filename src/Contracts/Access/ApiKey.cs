using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GaiaOrleans.Contracts.Access;

/// <summary>
/// A bearer key: <c>gaia_</c> and 256 random bits. Only its SHA-256 is ever stored; no salt or stretching, because there is nothing to guess.
/// </summary>
public static class ApiKey
{
    /// <summary>What every key begins with: it is told from other bearer tokens, and found by scanners of leaked secrets.</summary>
    public const string Prefix = "gaia_";

    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash that configuration holds: 64 hexadecimal digits.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(Digest(key));

    public static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
