namespace GaiaOrleans.Silo.Legacy;

/// <summary>No usable answer.</summary>
/// <param name="code">One of <see cref="GaiaOrleans.Grains.Legacy.LegacyTrouble"/>.</param>
/// <param name="sent">The request may have reached GAIA_HOME, and may have been applied.</param>
internal sealed class LegacyTroubleException(string code, string message, bool sent, Exception? cause = null) : Exception(message, cause)
{
    public string Code { get; } = code;

    public bool Sent { get; } = sent;
}
