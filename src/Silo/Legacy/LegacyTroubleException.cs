namespace GaiaOrleans.Silo.Legacy;

/// <summary>No usable answer.</summary>
/// <param name="sent">The request may have reached GAIA_HOME, and may have been applied.</param>
internal sealed class LegacyTroubleException(string code, string message, bool sent, Exception? cause = null) : Exception(message, cause)
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

    public string Code { get; } = code;

    public bool Sent { get; } = sent;
}
