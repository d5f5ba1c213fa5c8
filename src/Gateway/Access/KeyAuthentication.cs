using System.Security.Claims;
using System.Text.Encodings.Web;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GaiaOrleans.Gateway.Access;

/// <summary>
/// API keys: <c>Authorization: Bearer gaia_…</c>, or <c>X-Gaia-Key</c> for clients whose Authorization is meant for GAIA_HOME. A key is taken off
/// the request once it is known, so that it is never passed on.
/// </summary>
public sealed partial class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme, IOptionsMonitor<AccessOptions> access, ILoggerFactory loggers, UrlEncoder encoder, KeyRing keys, Refusals refusals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, loggers, encoder)
{
    public const string Name = "Key";
    public const string Header = "X-Gaia-Key";
    private const string Bearer = "Bearer ";

    /// <summary>The key that a request brings; null = none.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        if (request.Headers[Header] is [{ Length: > 0 } key]) return key;
        return request.Headers.Authorization is [{ } authorization] && IsOurs(authorization) ? authorization[Bearer.Length..].Trim() : null;
    }

    private static bool IsOurs(string? authorization) => authorization?.StartsWith(Bearer + ApiKey.Prefix, StringComparison.OrdinalIgnoreCase) is true;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { } key) return Task.FromResult(AuthenticateResult.NoResult());
        if (keys.Find(key) is not { } held)
        {
            if (refusals.Count(Context)) LogRefused(Logger, Context.Connection.RemoteIpAddress, Request.Method, Request.Path);
            return Task.FromResult(AuthenticateResult.Fail("The key is not known, or has expired."));
        }

        // Wherever it stands, and both where both are given: none is for GAIA_HOME.
        Request.Headers.Remove(Header);
        if (Request.Headers.Authorization.Any(IsOurs)) Request.Headers.Remove(HeaderNames.Authorization);
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, held.Name), new(access.CurrentValue.RoleClaim, held.Role.ToString()), new(SessionOfBrowser.Hash, held.Hash)], Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = KeyOf(Request) is not null;
        if (failed && refusals.Exhausted(Context))
        {
            await ProblemHandler.Write(Context, new TooManyAttemptsException());
            return;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        await ProblemHandler.Write(Context, new UnauthorizedException(failed
            ? "The key is not known, or has expired."
            : $"A credential is needed: Authorization: Bearer {ApiKey.Prefix}…, or the header {Header}."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => ProblemHandler.Write(Context, AccessDecision.Forbidden(Context));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A key was refused: {Address} {Method} {Path}")]
    private static partial void LogRefused(ILogger logger, System.Net.IPAddress? address, string method, string path);
}
