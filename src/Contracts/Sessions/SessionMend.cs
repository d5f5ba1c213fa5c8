namespace GaiaOrleans.Contracts.Sessions;

/// <summary>How far a session may go to bring its two sides together.</summary>
[GenerateSerializer, Alias("gaia.session.mend_scope")]
public enum MendScope
{
    /// <summary>Take over what others changed on legacy; a session that is gone there only when its absence was confirmed. Nothing else.</summary>
    PickUp,

    /// <summary>The same, and any other difference by the conflict strategy, absence included.</summary>
    Repair,
}

/// <summary>What was done about a difference between the two sides.</summary>
/// <param name="Status">
/// <c>equal</c> (there was none), <c>pending</c> (a change is on its way), <c>adopted</c> (legacy's state was taken over), <c>settled</c> (by the
/// conflict strategy), <c>conflicts</c> (open, for an operator), <c>absent</c> (gone from legacy, not confirmed yet) or <c>different</c>
/// (not of legacy's making, and not to be decided here).
/// </param>
[GenerateSerializer, Immutable, Alias("gaia.session.mend")]
public sealed record SessionMend([property: Id(0)] string Status, [property: Id(1)] long Version)
{
    public const string Equal = "equal";
    public const string Pending = "pending";
    public const string Adopted = "adopted";
    public const string Settled = "settled";
    public const string Conflicts = "conflicts";
    public const string Absent = "absent";
    public const string Different = "different";
}
