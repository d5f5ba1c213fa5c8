namespace GaiaOrleans.Grains.Legacy;

/// <summary>What can go wrong with GAIA_HOME, as metrics and the error list name it.</summary>
public static class LegacyTrouble
{
    public const string Unavailable = "unavailable";
    public const string CircuitOpen = "circuit_open";
    public const string Overloaded = "overloaded";
    public const string TimedOut = "timeout";
    public const string ConnectionLost = "connection_lost";
    public const string ServerError = "server_error";
    public const string NotJson = "not_json";
    public const string TooLarge = "too_large";
    public const string Unauthorized = "unauthorized";
    public const string Rejected = "rejected";
    public const string Gone = "gone";

    /// <summary>All of them: each has its series of <c>gaia_errors_total</c> from the start.</summary>
    public static readonly IReadOnlyList<string> All =
        [Unavailable, CircuitOpen, Overloaded, TimedOut, ConnectionLost, ServerError, NotJson, TooLarge, Unauthorized, Rejected, Gone];
}
