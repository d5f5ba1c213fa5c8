namespace GaiaOrleans.Contracts.Sessions;

/// <summary>What became of the two sides when the client was answered (header X-Gaia-Dual-Write).</summary>
[GenerateSerializer, Alias("gaia.session.dual_write_outcome")]
public enum DualWriteOutcome
{
    /// <summary>Dual-write is off: one side has it.</summary>
    Off,

    /// <summary>Both sides have it.</summary>
    Success,

    /// <summary>The lead has it, the follower's first attempt failed; repair sends it.</summary>
    Partial,

    /// <summary>The lead has it; the follower had not answered yet.</summary>
    Pending,
}

/// <summary>The answer to an accepted change.</summary>
/// <param name="Status">201 created, 200 replaced or merged, 204 deleted.</param>
/// <param name="Version">The ETag.</param>
/// <param name="Body">The session as it is now, UTF-8 JSON; empty after a delete.</param>
/// <param name="DualWrite">What the two sides had when this was answered.</param>
/// <param name="Replayed">The key was known: this repeats the stored outcome.</param>
/// <param name="Lead">The side that decided.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.write_outcome")]
public sealed record WriteOutcome(
    [property: Id(0)] int Status,
    [property: Id(1)] long Version,
    [property: Id(2)] byte[] Body,
    [property: Id(3)] DualWriteOutcome DualWrite,
    [property: Id(4)] bool Replayed,
    [property: Id(5)] Side Lead);

/// <summary>The last committed state of one session, as reads get it.</summary>
/// <param name="Version">0 = no row.</param>
/// <param name="Body">UTF-8 JSON; null when there is no live session.</param>
/// <param name="Pending">An acknowledged change has not reached legacy yet, or an older one may still reach it: only the target may serve it.</param>
/// <param name="NeedsAdoption">There is no row, or a stale one, or legacy has to be looked at again: ask <see cref="ISessionGrain.Adopt"/> before believing it.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.snapshot")]
public sealed record SessionSnapshot(
    [property: Id(0)] long Version,
    [property: Id(1)] byte[]? Body,
    [property: Id(2)] bool Pending,
    [property: Id(3)] bool NeedsAdoption);

/// <summary>What a migration of one session did.</summary>
/// <param name="Status"><c>migrated</c>, <c>already_migrated</c>, <c>skipped</c> (gone from legacy) or <c>failed</c>.</param>
/// <param name="Version">The row's version afterwards.</param>
/// <param name="Reason">Why it was skipped or failed.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.migration")]
public sealed record SessionMigration([property: Id(0)] string Status, [property: Id(1)] long Version, [property: Id(2)] string? Reason = null)
{
    public const string Migrated = "migrated";
    public const string AlreadyMigrated = "already_migrated";
    public const string Skipped = "skipped";
    public const string Failed = "failed";
}

/// <summary>One field in which the two sides differ; a missing value is null.</summary>
/// <param name="PythonValue">The legacy value as JSON text.</param>
/// <param name="GoValue">The target value as JSON text.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.difference")]
public sealed record FieldDifference(
    [property: Id(0)] string Field,
    [property: Id(1)] string Rule,
    [property: Id(2)] string? PythonValue,
    [property: Id(3)] string? GoValue);

/// <summary>Both documents of one session, compared between two of its writes.</summary>
/// <param name="Status"><c>equal</c>, <c>pending</c> (an acknowledged change is on its way), <c>different</c> or <c>unverified</c> (legacy did not answer).</param>
/// <param name="Python">Legacy's document as it answered, UTF-8 JSON; null = absent.</param>
/// <param name="Go">The target's document; null = absent.</param>
[GenerateSerializer, Immutable, Alias("gaia.session.comparison")]
public sealed record SessionComparison(
    [property: Id(0)] string Status,
    [property: Id(1)] long Version,
    [property: Id(2)] byte[]? Python,
    [property: Id(3)] byte[]? Go,
    [property: Id(4)] FieldDifference[] Differences,
    [property: Id(5)] string? Reason = null)
{
    public const string Equal = "equal";
    public const string Pending = "pending";
    public const string Different = "different";
    public const string Unverified = "unverified";
}

/// <summary>The bookkeeping of one session, for operators.</summary>
[GenerateSerializer, Immutable, Alias("gaia.session.inspection")]
public sealed record SessionInspection(
    [property: Id(0)] SessionComparison Comparison,
    [property: Id(1)] long LegacyVersion,
    [property: Id(2)] bool Pending,
    [property: Id(3)] DateTimeOffset? PendingSince,
    [property: Id(4)] int Attempts,
    [property: Id(5)] DateTimeOffset? NextAttemptAt,
    [property: Id(6)] string? Rejected,
    [property: Id(7)] long Generation,
    [property: Id(8)] bool IntentStands,
    [property: Id(9)] DateTimeOffset? MigratedAt,
    [property: Id(10)] string? MigratedFrom,
    [property: Id(11)] string? LeaseOwner,
    [property: Id(12)] string[] OpenConflicts,
    [property: Id(13)] bool ServedHere = false);
