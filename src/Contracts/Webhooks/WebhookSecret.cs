using System.Globalization;
using System.Runtime.Serialization;
using System.Security.Cryptography;
using System.Text;

namespace GaiaOrleans.Contracts.Webhooks;

/// <summary>What a receiver knows its events by. It can sign, and nothing else: no view and no log gets to see it, only what stores it.</summary>
[DataContract, GenerateSerializer, Immutable, Alias("gaia.webhook.secret")]
public sealed class WebhookSecret(string value)
{
    /// <summary>The header that carries the signature.</summary>
    public const string Header = "X-Gaia-Signature";

    // Named for the serializer of the grain storage, which otherwise leaves out what is private.
    [Id(0), DataMember(Name = "value")] private readonly string _value = value;

    /// <summary><c>t=SECONDS,v1=HEX</c>: HMAC-SHA256 over the seconds since 1970, a dot and the body, so that an old delivery cannot be sent again later.</summary>
    public string Sign(DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(_value));
        hmac.AppendData(Encoding.UTF8.GetBytes(seconds + "."));
        hmac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    public override string ToString() => "(secret)";
}
