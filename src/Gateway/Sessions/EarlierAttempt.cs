namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Marks a change that the same caller has made before, in this process, and that may have taken effect: the session knows, and GAIA_HOME does not.</summary>
public sealed class EarlierAttempt
{
    public static readonly EarlierAttempt Instance = new();

    private EarlierAttempt()
    {
    }
}
