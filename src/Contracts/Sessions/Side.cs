namespace GaiaOrleans.Contracts.Sessions;

/// <summary>The two systems that hold a session. On the wire the target is <c>go</c> and the legacy side <c>python</c>, as the guide names them.</summary>
[GenerateSerializer, Alias("gaia.side")]
public enum Side
{
    Go,
    Python,
}

public static class SideNames
{
    public static string Wire(this Side side) => side == Side.Go ? "go" : "python";
}
