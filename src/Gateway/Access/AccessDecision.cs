using GaiaOrleans.Contracts.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>The caller has the role that the table asks of this route.</summary>
public sealed class RoleOfRoute : IAuthorizationRequirement;

/// <summary>Asks the table. A request that no route takes is answered 404 only to those who may look around.</summary>
public sealed class AccessDecision(IOptionsMonitor<AccessOptions> options) : AuthorizationHandler<RoleOfRoute>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleOfRoute requirement)
    {
        if (context.Resource is not HttpContext http) return Task.CompletedTask;
        var required = Required(http);
        if (required is null || CallerRole.Of(http.User, options.CurrentValue.RoleClaim) >= required) context.Succeed(requirement);
        return Task.CompletedTask;
    }

    public static ForbiddenException Forbidden(HttpContext context) => new($"{context.Request.Method} {context.Request.Path}", Required(context) ?? Role.Admin);

    internal static Role? Required(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } ? AccessRules.Required(context.Request.Method, route) : Role.Viewer;
}
