namespace GaiaOrleans.Grains.Sessions;

/// <summary>What a walk over all sessions needs of a row: little enough for a million of them.</summary>
/// <param name="InSync">Live, and legacy acknowledged just this.</param>
public sealed record SessionMark(string Id, string? LegacyHash, bool InSync)
{
    public static SessionMark Of(SessionRow row) => new(row.Id, row.LegacyHash, row is { Live: true, InSync: true, Disputed: false });
}
