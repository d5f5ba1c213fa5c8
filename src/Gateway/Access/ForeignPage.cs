using System.Net;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Problems;

namespace GaiaOrleans.Gateway.Access;

/// <summary>
/// Where no key is configured the loopback interface is the lock, and a browser of this machine is behind it, whichever site's page it shows: a form or a
/// script of that page needs nobody's leave to send a POST here. What steers the migration is not taken from it. What clients may do is, as GAIA_HOME
/// takes it. Nor is a page of its own trusted by a name that is not this machine's: whoever owns the name can have it lead here.
/// </summary>
internal static class ForeignPage
{
    public static Task Refuse(HttpContext context, RequestDelegate next) =>
        !IsSafe(context.Request.Method) && AccessDecision.Required(context) is > Role.Client and var role && IsForeign(context.Request)
            ? ProblemHandler.Write(context, new ForbiddenException($"{context.Request.Method} {context.Request.Path}, asked by a page of another site,", role))
            : next(context);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // Fetch Metadata says it; a browser from before that says where the page comes from. Other programs say neither.
    private static bool IsForeign(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "cross-site" or "same-site" => true,
        "same-origin" => !IsThisMachine(request.Host.Host),
        "" => request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(IsThisMachine(request.Host.Host) && Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == request.Host.Value),
        _ => false,
    };

    private static bool IsThisMachine(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);
}
