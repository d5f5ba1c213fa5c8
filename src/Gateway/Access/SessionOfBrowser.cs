using System.Security.Claims;
using GaiaOrleans.Contracts.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>A browser's key, exchanged for a cookie that no script can read and no other site can send.</summary>
public sealed partial class SessionOfBrowser(KeyRing keys, Refusals refusals, IOptionsMonitor<AccessOptions> access, ILogger<SessionOfBrowser> logger)
{
    public const string Scheme = "Cookie";
    private const string CookieName = "gaia_console";

    /// <summary>The claim that names the hash of the key that a caller came with.</summary>
    public const string Hash = "gaia_key";

    /// <summary>How long a browser stays logged in. A key that is taken away or expires ends it at once.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(12);

    /// <summary>False: no key is configured, and nobody has to log in.</summary>
    public bool Needed => access.CurrentValue.Locked;

    /// <returns>Null = logged in; else why not.</returns>
    public async Task<string?> LogIn(HttpContext context, string key)
    {
        if (!Needed) return "No key is configured here, and none is needed.";
        var held = keys.Find(key.Trim());
        if (held is null)
        {
            if (!refusals.Count(context)) return "Too many refused keys from this address; wait a minute.";
            LogRefused(logger, context.Connection.RemoteIpAddress);
            return "The key is not known, or has expired.";
        }

        if (held.Role < Role.Viewer) return "This key is for sessions only; the console needs the role viewer.";
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.Name, held.Name), new(access.CurrentValue.RoleClaim, held.Role.ToString()), new(Hash, held.Hash)], Scheme);
        await context.SignInAsync(Scheme, new(identity));
        LogEntered(logger, held.Name, context.Connection.RemoteIpAddress);
        return null;
    }

    public Task LogOut(HttpContext context) => context.SignOutAsync(Scheme);

    internal static void Configure(CookieAuthenticationOptions cookie)
    {
        (cookie.Cookie.Name, cookie.Cookie.SameSite, cookie.Cookie.HttpOnly, cookie.Cookie.Path) = (CookieName, SameSiteMode.Strict, true, "/");
        (cookie.LoginPath, cookie.ExpireTimeSpan, cookie.SlidingExpiration) = ("/console/login", Length, false);
        // Where TLS ends before this process, only what stands there can say so; who says it untruly keeps a cookie from none but itself.
        cookie.Events.OnSigningIn = context =>
        {
            context.CookieOptions.Secure |= context.Request.Headers["X-Forwarded-Proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase);
            return Task.CompletedTask;
        };
        cookie.Events.OnValidatePrincipal = async context =>
        {
            var hash = context.Principal?.FindFirstValue(Hash);
            var held = hash is null ? null : context.HttpContext.RequestServices.GetRequiredService<KeyRing>().OfHash(hash);
            if (held is not null && context.Principal!.FindFirstValue(ClaimTypes.Name) == held.Name && CallerRole.Of(context.Principal!, context.HttpContext.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.RoleClaim) == held.Role) return;
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Scheme);
        };
        cookie.Events.OnRedirectToAccessDenied = context => Problems.ProblemHandler.Write(context.HttpContext, AccessDecision.Forbidden(context.HttpContext));
        // The API answers with a status, the console with the page to log in on.
        cookie.Events.OnRedirectToLogin = context =>
        {
            if (context.Request.Path.StartsWithSegments("/console"))
            {
                context.Response.Redirect(context.RedirectUri);
                return Task.CompletedTask;
            }

            return Problems.ProblemHandler.Write(context.HttpContext, new UnauthorizedException("The browser is not logged in, or its key is no longer in force."));
        };
    }

    /// <summary>What else the browser sent, for GAIA_HOME: our own cookie would open this door to whoever reads its requests. Null = nothing.</summary>
    internal static string? Others(string cookies)
    {
        var others = cookies.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(c => !c.StartsWith(CookieName, StringComparison.Ordinal)).ToList();
        return others.Count == 0 ? null : string.Join("; ", others);
    }

    /// <summary>
    /// Whether a request goes by its cookie. What changes anything does so only under /console, whose forms carry a token of their own; the rest
    /// of the API takes no cookie for that, whoever sends it.
    /// </summary>
    internal static bool Decides(HttpRequest request) =>
        request.Path.StartsWithSegments("/console") || (request.Cookies.ContainsKey(CookieName) && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A key was refused at the console's door: {Address}")]
    private static partial void LogRefused(ILogger logger, System.Net.IPAddress? address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} has logged in to the console from {Address}")]
    private static partial void LogEntered(ILogger logger, string name, System.Net.IPAddress? address);
}
