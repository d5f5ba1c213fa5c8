namespace GaiaOrleans.Contracts.Access;

/// <summary>Roles as configuration and tokens spell them.</summary>
public static class Roles
{
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetNames<Role>().Select(n => n.ToLowerInvariant())];

    /// <summary>Words only, in either case: a number is no role.</summary>
    public static bool TryParse(string? text, out Role role) =>
        Enum.TryParse(text, ignoreCase: true, out role) && Names.Contains(text!.ToLowerInvariant());
}
