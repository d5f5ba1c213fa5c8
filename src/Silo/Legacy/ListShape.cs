namespace GaiaOrleans.Silo.Legacy;

/// <summary>What <c>GET /api/sessions</c> answers.</summary>
internal static class ListShape
{
    /// <summary><c>[…]</c></summary>
    public const string Array = "array";

    /// <summary><c>{"sessions":[…]}</c></summary>
    public const string Sessions = "sessions";

    /// <summary><c>{"sessions":{name:{…}}}</c></summary>
    public const string Map = "map";

    /// <summary><c>{"items":[…],"total":…,"page":…,"pages":…}</c></summary>
    public const string Items = "items";

    public static readonly IReadOnlyList<string> All = [Array, Sessions, Map, Items];
}
