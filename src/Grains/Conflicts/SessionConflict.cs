using System.Collections.Immutable;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Conflicts;

/// <summary>A disagreement that waits for an operator. While it stands nothing is sent: legacy's value would be lost with the first byte.</summary>
/// <param name="Python">Legacy's document as it was found; null = the session is gone there.</param>
/// <param name="Fields">Those still to be decided; <see cref="ConflictRules.Whole"/> alone where one side has no session at all.</param>
public sealed record SessionConflict(SessionDocument? Python, DateTimeOffset DetectedAt, ImmutableArray<string> Fields);

/// <summary>What both sides had when they last agreed.</summary>
/// <param name="LegacyHash">By which legacy's document of then is known.</param>
public sealed record Agreement(SessionDocument Document, string? LegacyHash)
{
    /// <summary>Null when the row is not in sync, or the session is gone on both sides.</summary>
    public static Agreement? Of(SessionRow row) => row is { InSync: true, Document: { } document } ? new(document, row.LegacyHash) : null;
}

/// <summary>Who decided a conflict, when, how and why. The system's own decisions name the strategy that was set.</summary>
public sealed record Resolution(string Strategy, string By, DateTimeOffset At, string? Reason);

/// <summary>A line of the conflict log, stored by the commit that made it true. Values are JSON texts; null = missing.</summary>
/// <param name="Resolution">Null = it is open from now on; otherwise it closes the open line of the field, or is a line of its own.</param>
public sealed record ConflictEntry(string Field, string? PythonValue, string? GoValue, DateTimeOffset At, Resolution? Resolution);

/// <summary>A line of the log as operators see it.</summary>
public sealed record ConflictRecord(
    long Id, string SessionId, string Field, string? PythonValue, string? GoValue, DateTimeOffset DetectedAt, bool Resolved, string? Strategy, string? ResolvedBy,
    DateTimeOffset? ResolvedAt, string? Reason);
