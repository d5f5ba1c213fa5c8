using System.Text.RegularExpressions;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Gateway.Problems;

/// <summary>No route here has this path. Nothing was done.</summary>
public sealed class UnknownRouteException(string path) : GaiaException($"There is nothing at {path}; /openapi/v1.json of a silo lists what there is.")
{
    public override string Code => "unknown_route";
    public override int Status => 404;
}

/// <summary>A path that is known, and not by this method. Nothing was done.</summary>
public sealed class MethodNotAllowedException(string method, string allowed) : GaiaException($"{method} means nothing here; what does is {allowed}.")
{
    public override string Code => "method_not_allowed";
    public override int Status => 405;
}

/// <summary>What the router and the binding of parameters refuse, in the shape of every other problem.</summary>
public static partial class UnroutedProblems
{
    // What a route answers is its own, also where it has no body; GAIA_HOME's 404 is passed on as it is.
    public static void UseUnroutedProblems(this WebApplication app) => app.Use((context, next) => context.GetEndpoint() is RouteEndpoint ? next(context) : Refuse(context, next));

    private static async Task Refuse(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.HasStarted) return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound) await ProblemHandler.Write(context, new UnknownRouteException(context.Request.Path));
        if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed) await ProblemHandler.Write(context, new MethodNotAllowedException(context.Request.Method, context.Response.Headers.Allow.ToString()));
    }

    /// <summary>A parameter of a route or a query that could not be read names itself only in a sentence of the framework.</summary>
    internal static InvalidInputException Unread(BadHttpRequestException e) =>
        Parameter().Match(e.Message) is { Success: true } match
            ? InvalidInputException.Field(match.Groups[1].Value, "has a value of the wrong type")
            : InvalidInputException.Json(e.Message);

    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (\\w+)\" from ")]
    private static partial Regex Parameter();
}
