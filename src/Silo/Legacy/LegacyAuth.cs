using System.Text;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>The ways in which GAIA_HOME's clients show their credential.</summary>
internal static class LegacyAuth
{
    public const string None = "none";
    public const string Bearer = "bearer";
    public const string ApiKey = "api_key";
    public const string SessionId = "session_id";
    public const string Basic = "basic";
    public const string Cookie = "cookie";

    public static readonly IReadOnlyList<string> All = [None, Bearer, ApiKey, SessionId, Basic, Cookie];

    /// <summary>The header that shows it; null = none.</summary>
    public static (string Name, string Value)? Header(string auth, string credential) => auth switch
    {
        None => null,
        Bearer => ("Authorization", $"Bearer {credential}"),
        ApiKey => ("X-API-Key", credential),
        SessionId => ("X-Session-ID", credential),
        Basic => ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credential))}"),
        Cookie => ("Cookie", $"gaia_token={credential}"),
        _ => throw new ArgumentOutOfRangeException(nameof(auth), auth, "is no way to authenticate"),
    };
}
