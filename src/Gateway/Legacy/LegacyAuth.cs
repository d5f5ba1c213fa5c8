using System.Text;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>The ways in which GAIA_HOME's clients show their credential.</summary>
public static class LegacyAuth
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

    /// <summary>What is wrong with them, if anything: the setting of section <c>Legacy</c>, what it is, and what to set instead.</summary>
    public static (string Setting, string What, string Fix)? Flaw(string auth, string credential) => auth switch
    {
        None => null,
        _ when !All.Contains(auth) => ("Auth", $"is '{auth}'", $"Legacy__Auth to one of {string.Join(", ", All)}"),
        _ when credential.Length == 0 => ("Credential", $"is empty, and Legacy:Auth is {auth}", "Legacy__Credential=…, or Legacy__Auth=none"),
        Basic => credential.Contains(':') ? null : ("Credential", "has no ':'", "Legacy__Credential=user:password"),
        _ => credential.Any(c => c is < '!' or > '~') ? ("Credential", "holds a blank or another character that a header cannot carry", "Legacy__Credential to the bare token") : null,
    };
}
