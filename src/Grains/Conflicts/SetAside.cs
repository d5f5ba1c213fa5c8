using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Conflicts;

/// <summary>
/// What legacy lacked when a new incarnation began. The session goes on as legacy has it, and the cluster's own state of then is an open line of the conflict log, and nothing of
/// the row, until an operator decides: nobody is served it, nobody sends it, and no other conflict of the session closes it.
/// </summary>
public static class SetAside
{
    private const string Prefix = "$set_aside/";

    /// <summary>The "field" of the line; each incarnation has its own, for there may be several of one session.</summary>
    public static string Field(long incarnation) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{incarnation}");

    public static bool Is(string field) => field.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The lines that say so. What was open about the row's state is part of that.</summary>
    public static ImmutableArray<ConflictEntry> Lines(SessionRow row, long incarnation, DateTimeOffset now) =>
        [.. ConflictRules.Closed(row, ConflictRules.Superseded, now), new(Field(incarnation), null, ConflictRules.Text(row.Document), now, null)];

    /// <summary>It stays aside, or replaces what both sides have.</summary>
    /// <param name="theirs">What the session is now, as legacy has it where the row is stale.</param>
    /// <returns>The row to commit: another version where it is to be sent.</returns>
    public static SessionRow Decide(SessionRow row, ConflictRecord line, SessionDocument? theirs, ConflictStrategy strategy, Caller caller, RolloutState rollout, Moment moment)
    {
        var aside = Document(row.Id, line.GoValue);
        var log = new ConflictEntry(line.Field, ConflictRules.Text(theirs), line.GoValue, line.DetectedAt, new(strategy.Wire(), caller.Actor, moment.Now, caller.Reason));
        if (ConflictRules.Winner(strategy, row with { Document = aside }, theirs) == Side.Python) return row with { CommitId = moment.CommitId, LeaseOwner = null, Log = [.. ConflictRules.ClosedUnseen(row, moment.Now), log] };
        var again = row with { Version = row.Version + 1, Document = aside, DeletedAt = aside is null ? row.DeletedAt ?? moment.Now : null };
        return ConflictRules.TakeGo(again, row.LegacyHash, [.. ConflictRules.Closed(row, ConflictRules.Superseded, moment.Now), log], rollout, moment);
    }

    private static SessionDocument? Document(string id, string? json)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        return SessionDocument.FromLegacy(id, document.RootElement, out _);
    }
}
