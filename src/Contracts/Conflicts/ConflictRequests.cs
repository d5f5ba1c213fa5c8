using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Contracts.Conflicts;

/// <summary>An operator's decision about open conflicts of one session.</summary>
/// <param name="Fields">The fields decided; <c>$</c> is the session as a whole. Null = all that are open.</param>
/// <param name="Strategy">Whose value stands; null when <paramref name="Value"/> is given. Never <see cref="ConflictStrategy.Manual"/>.</param>
/// <param name="Value">The field's value as UTF-8 JSON, other than either side's; only for exactly one field.</param>
[GenerateSerializer, Immutable, Alias("gaia.conflict.resolution")]
public sealed record ConflictResolution(
    [property: Id(0)] string[]? Fields,
    [property: Id(1)] ConflictStrategy? Strategy,
    [property: Id(2)] byte[]? Value,
    [property: Id(3)] Caller Caller);

/// <summary>What a session looks like after a resolution or a forced sync.</summary>
/// <param name="Status"><c>synced</c> (both sides agree), <c>pending</c> (legacy is still to be sent it) or <c>conflicts</c> (other fields are still open).</param>
/// <param name="Fields">The fields that were decided.</param>
[GenerateSerializer, Immutable, Alias("gaia.conflict.settlement")]
public sealed record SessionSettlement([property: Id(0)] string Status, [property: Id(1)] long Version, [property: Id(2)] string[] Fields)
{
    public const string Synced = "synced";
    public const string Pending = "pending";
    public const string Conflicts = "conflicts";
}
