using System.Security.Claims;
using GaiaOrleans.Contracts.Access;

namespace GaiaOrleans.Gateway.Access;

/// <summary>What a credential's claims say of its role.</summary>
public static class CallerRole
{
    /// <summary>The highest one; null = none.</summary>
    public static Role? Of(ClaimsPrincipal caller, string claim)
    {
        Role? highest = null;
        foreach (var held in caller.FindAll(claim))
            if (Roles.TryParse(held.Value, out var role) && (highest is null || role > highest))
                highest = role;
        return highest;
    }
}
