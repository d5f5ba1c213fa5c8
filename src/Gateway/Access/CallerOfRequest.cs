using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Access;

/// <summary>Who sent a request, from its credential.</summary>
public static class CallerOfRequest
{
    /// <summary>What the history calls those who need no key: whoever reaches the loopback interface of this machine.</summary>
    public const string Local = "local";

    /// <summary>With neither keys nor an authority configured everybody may do everything.</summary>
    public static Caller Caller(this HttpContext context, string? reason = null)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value;
        return options.Locked
            ? new(context.User.Identity?.Name ?? "unnamed", reason, CallerRole.Of(context.User, options.RoleClaim) == Role.Admin)
            : new(Local, reason);
    }

    /// <summary>Whether the caller has this role or a higher one. Null = it is open to all.</summary>
    public static bool Has(this HttpContext context, Role? required)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value;
        return required is null || !options.Locked || CallerRole.Of(context.User, options.RoleClaim) >= required;
    }
}
