using GaiaOrleans.Gateway.Legacy;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions;

/// <summary>
/// What the service shows GAIA_HOME where that asks for it: over HTTP a gateway's clients show it themselves. Section <c>Legacy</c>, the same two settings as a silo's.
/// </summary>
public sealed class LegacyCredential
{
    /// <summary>none, bearer, api_key, session_id, basic or cookie. Default: none.</summary>
    public string Auth { get; set; } = LegacyAuth.None;

    /// <summary>Token, key or session; <c>user:password</c> for basic. Required unless <see cref="Auth"/> is none.</summary>
    public string Credential { get; set; } = "";
}

internal sealed class LegacyCredentialValidator : IValidateOptions<LegacyCredential>
{
    public ValidateOptionsResult Validate(string? name, LegacyCredential options) => LegacyAuth.Flaw(options.Auth, options.Credential) is var (setting, what, fix)
        ? ValidateOptionsResult.Fail($"Legacy:{setting} {what}. Set {fix} (environment).")
        : ValidateOptionsResult.Success;
}
