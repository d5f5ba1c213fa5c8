using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>Keys, tokens and roles for a silo or a standalone gateway.</summary>
public static partial class AccessHosting
{
    private const string Chosen = "Chosen";
    private const string Jwt = "Jwt";

    public static WebApplicationBuilder AddGaiaAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<AccessOptions, AccessOptionsValidator>().BindConfiguration("Auth");
        services.AddSingleton<KeyRing>().AddSingleton<Refusals>().AddSingleton<SessionOfBrowser>().AddSingleton<Standing>();
        services.AddSingleton<IValidateOptions<AccessOptions>, OpenDoor>();
        var access = builder.Configuration.GetSection("Auth").Get<AccessOptions>() ?? new();
        // The web host puts authorization into its pipeline by itself as soon as its services are there.
        if (!access.Locked) return builder;
        var authentication = services.AddAuthentication(Chosen)
            .AddPolicyScheme(Chosen, null, o => o.ForwardDefaultSelector = context => Scheme(context.Request, access))
            .AddCookie(SessionOfBrowser.Scheme, SessionOfBrowser.Configure)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        if (access.Authority is not null) authentication.AddJwtBearer(Jwt, o => Tokens(o, access));
        services.AddSingleton<IAuthorizationHandler, AccessDecision>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new RoleOfRoute()).Build());
        return builder;
    }

    /// <summary>Where no key is configured the loopback interface is the lock.</summary>
    public static void UseGaiaAccess(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.Locked)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }
        else
        {
            app.Use(ForeignPage.Refuse);
            // A process that cannot start says why, and nothing else.
            app.Lifetime.ApplicationStarted.Register(() => LogOpen(app.Logger));
        }
    }

    private static string Scheme(HttpRequest request, AccessOptions access) =>
        KeyAuthentication.KeyOf(request) is not null ? KeyAuthentication.Name
        : access.Authority is not null && request.Headers.Authorization.Count > 0 ? Jwt
        : SessionOfBrowser.Decides(request) ? SessionOfBrowser.Scheme
        : KeyAuthentication.Name;

    private static void Tokens(Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerOptions jwt, AccessOptions access)
    {
        (jwt.Authority, jwt.Audience, jwt.MapInboundClaims) = (access.Authority, access.Audience, false);
        // An issuer on this very machine is a test's.
        jwt.RequireHttpsMetadata = !new Uri(access.Authority!).IsLoopback;
        jwt.TokenValidationParameters.NameClaimType = "sub";
        jwt.Events = new()
        {
            // What a client shows may be for GAIA_HOME as well. Whoever reads a token there that may do more, or in a log of it, could steer the migration with it.
            OnTokenValidated = context =>
            {
                if (CallerRole.Of(context.Principal!, access.RoleClaim) > Contracts.Access.Role.Client) context.Request.Headers.Remove(Microsoft.Net.Http.Headers.HeaderNames.Authorization);
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                var http = context.HttpContext;
                if (http.RequestServices.GetRequiredService<Refusals>().Count(http))
                    LogRefused(http.RequestServices.GetRequiredService<ILogger<Refusals>>(), http.Connection.RemoteIpAddress, http.Request.Method, http.Request.Path);
                return Task.CompletedTask;
            },
            OnChallenge = async context =>
            {
                context.HandleResponse();
                if (context.HttpContext.RequestServices.GetRequiredService<Refusals>().Exhausted(context.HttpContext))
                {
                    await Problems.ProblemHandler.Write(context.HttpContext, new Contracts.Access.TooManyAttemptsException());
                    return;
                }

                context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
                await Problems.ProblemHandler.Write(context.HttpContext, new Contracts.Access.UnauthorizedException("The token was not accepted: it must be in force, of the configured issuer and for the configured audience."));
            },
            OnForbidden = context => Problems.ProblemHandler.Write(context.HttpContext, AccessDecision.Forbidden(context.HttpContext)),
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A token was refused: {Address} {Method} {Path}")]
    private static partial void LogRefused(ILogger logger, System.Net.IPAddress? address, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "NO KEY IS CONFIGURED: whoever reaches this process may do everything. Fit for one machine only; set Auth__Keys__0__Name, __Hash and __Role (gaia keys new prints them)")]
    private static partial void LogOpen(ILogger logger);
}
