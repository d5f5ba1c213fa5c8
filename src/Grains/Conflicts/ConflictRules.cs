using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Conflicts;

/// <summary>Who changed legacy, and what becomes of a session that both sides changed. Pure; the answers are rows to commit.</summary>
public static class ConflictRules
{
    /// <summary>The "field" of a conflict about the session as a whole: one side has none, or legacy refuses it.</summary>
    public const string Whole = "$";

    private const string Automatic = "system";
    internal const string Superseded = "superseded";

    /// <summary>
    /// Legacy shows neither what it showed last nor anything that we sent: somebody else wrote there. A document of ours that arrives late is
    /// an echo, not a change; sending the present state overwrites it.
    /// </summary>
    public static bool ChangedByOthers(SessionRow row, LegacyRead legacy)
    {
        if (legacy.Hash == row.LegacyHash) return false;
        var print = legacy.Print();
        return row.RecentSends.All(s => s.Hash != print);
    }

    /// <summary>
    /// Legacy shows in other words what both sides had before our change. Without this a field that only we changed would differ, and look like
    /// somebody else's doing.
    /// </summary>
    public static bool OnlyRespelled(SessionRow row, LegacyRead legacy, DiffRules rules) =>
        row.Agreed is { } agreed && agreed.LegacyHash == row.LegacyHash && legacy.Document is not null
        && Differences(row with { Document = agreed.Document }, legacy, rules, default).Count == 0;

    /// <summary>The fields in which the two sides differ, with both values; none when the rules excuse all of them.</summary>
    public static IReadOnlyList<ConflictEntry> Differences(SessionRow row, LegacyRead legacy, DiffRules rules, DateTimeOffset now)
    {
        if (legacy.Document is null && row.Document is null) return [];
        if (legacy.Document is null || row.Document is null) return [new(Whole, Text(legacy.Document), Text(row.Document), now, null)];
        // Legacy's own writing: in our canonical form every enum and every time is spelled alike, and no rule about spelling could speak.
        using var python = JsonDocument.Parse(legacy.Raw!);
        using var go = row.Document.Parse();
        return [.. SessionDiff.Compare(python.RootElement, go.RootElement, rules).Differences.Select(d => new ConflictEntry(d.Field, d.PythonValue, d.GoValue, now, null))];
    }

    /// <summary>A pending change met a change of somebody else's. From cutover on the target owns what a session is, whatever the strategy says.</summary>
    /// <param name="found">As <see cref="Differences"/> found them; empty = both mean the same, and only the writing is new.</param>
    public static SessionRow Confront(SessionRow row, LegacyRead legacy, IReadOnlyList<ConflictEntry> found, RolloutState rollout, Moment moment)
    {
        // What was open before is settled with it, or is open again.
        row = row with { Log = Log(row, Closed(row, Superseded, moment.Now)) };
        if (found.Count == 0) return TakeGo(row, legacy.Hash, [], rollout, moment);
        var strategy = rollout.AfterCutover ? ConflictStrategy.GoLeads : rollout.ConflictStrategy;
        if (strategy == ConflictStrategy.Manual) return Hold(row, legacy, found, moment);
        var by = new Resolution(rollout.AfterCutover ? "drift" : strategy.Wire(), Automatic, moment.Now, null);
        return Take(row, legacy, strategy, [.. found.Select(e => e with { Resolution = by })], rollout, moment);
    }

    /// <summary>An operator decides. Single fields change the target's document; when none is left, legacy is sent the result.</summary>
    /// <param name="legacy">Legacy as it is now; needed for a decision about the whole session that may go to legacy's side.</param>
    /// <exception cref="AlreadyResolvedException">There is no such open conflict.</exception>
    /// <exception cref="InvalidInputException">The value does not fit the field, or no single field is meant.</exception>
    public static SessionRow Decide(SessionRow row, ConflictResolution decision, LegacyRead? legacy, RolloutState rollout, Moment moment)
    {
        var open = OpenFields(row);
        var fields = decision.Fields ?? [.. open];
        if (fields.Length == 0 || fields.Except(open).Any()) throw new AlreadyResolvedException(row.Id);
        var by = new Resolution(decision.Strategy is { } s ? s.Wire() : "manual", decision.Caller.Actor, moment.Now, decision.Caller.Reason);
        if (fields.Contains(Whole))
        {
            if (decision.Strategy is not { } strategy) throw InvalidInputException.Field("value", "is for a single field; this conflict is about the session as a whole");
            var entry = new ConflictEntry(Whole, Text(legacy is null ? row.Conflict?.Python : legacy.Document), Text(row.Document), row.Conflict?.DetectedAt ?? moment.Now, by);
            return Take(row, legacy ?? new LegacyRead(null, null, row.LegacyHash, []), strategy, [entry], rollout, moment);
        }

        var conflict = row.Conflict!;
        var document = row.Document!;
        var log = new List<ConflictEntry>();
        foreach (var field in fields)
        {
            var python = Value(conflict.Python, field);
            log.Add(new(field, python, Value(document, field), conflict.DetectedAt, by));
            if (decision.Strategy is null) document = document.With(row.Id, field, decision.Value, checkedAs: "value");
            else if (Winner(decision.Strategy.Value, row, conflict.Python) == Side.Python) document = document.With(row.Id, field, python is null ? null : Encoding.UTF8.GetBytes(python), checkedAs: null);
        }

        var left = conflict.Fields.RemoveRange(fields);
        var changed = ReferenceEquals(document, row.Document) ? row : SessionRules.Next(row, document.Stamp(new(row.Document, moment.Now)), moment);
        changed = changed with { Conflict = conflict with { Fields = left } };
        return left.IsEmpty ? TakeGo(changed, row.LegacyHash, log, rollout, moment) : changed with { CommitId = moment.CommitId, LeaseOwner = null, Log = [.. log] };
    }

    /// <summary>One side is made the other's state, whatever both say now.</summary>
    public static SessionRow Force(SessionRow row, LegacyRead legacy, Side source, IReadOnlyList<ConflictEntry> found, Caller caller, RolloutState rollout, Moment moment)
    {
        var by = new Resolution("sync", caller.Actor, moment.Now, caller.Reason);
        var log = found.Select(e => e with { Resolution = by }).ToList();
        // What was open under another name is decided by this as well.
        log.AddRange(MaybeOpen(row).Except(log.Select(e => e.Field)).Select(f => new ConflictEntry(f, null, null, moment.Now, by)));
        return source == Side.Go ? TakeGo(row, legacy.Hash, log, rollout, moment) : TakePython(row, legacy, log, rollout, moment);
    }

    /// <summary>
    /// What a client's own change says to what is open. A delete decides everything, and any change a refusal; of what goes on waiting for an operator it changes
    /// our value, and that is the one to be decided about.
    /// </summary>
    public static IReadOnlyList<ConflictEntry> LoggedBy(SessionRow row, SessionDocument? document, DateTimeOffset now)
    {
        if (document is null) return Closed(row, "deleted", now);
        if (row.Conflict is not { } conflict) return Closed(row, Superseded, now);
        return [.. conflict.Fields.Where(f => Shown(document, f) != Shown(row.Document, f)).Select(f => new ConflictEntry(f, null, Shown(document, f), now, null))];
    }

    private static string? Shown(SessionDocument? document, string field) => field == Whole ? Text(document) : Value(document, field);

    /// <summary>
    /// A refusal fences nobody: an activation that loaded the row before it was noted, or that stores the next change while the refusal is on its way, goes
    /// on without knowing of it, and leaves no line open behind it. Of what it sends by itself it hears every other answer.
    /// </summary>
    public static IReadOnlyList<ConflictEntry> ClosedUnseen(SessionRow row, DateTimeOffset now) => row.Disputed ? [] : Closed(row, Superseded, now);

    internal static IReadOnlyList<ConflictEntry> Closed(SessionRow row, string how, DateTimeOffset now) =>
        [.. MaybeOpen(row).Select(f => new ConflictEntry(f, null, null, now, new(how, Automatic, now, null)))];

    private static IReadOnlyList<string> MaybeOpen(SessionRow row) => row.Inherited && !row.Disputed && row.LegacyVersion < row.Version ? [Whole] : OpenFields(row);

    /// <summary>Legacy refuses the row's state: both are kept until somebody decides, or the session changes again.</summary>
    public static ConflictEntry Refusal(SessionRow row, Rejection rejected) =>
        new(Whole, JsonSerializer.Serialize(new { rejected = rejected.Status, answer = StorableText.Of(rejected.Body) }), Text(row.Document), rejected.At, null);

    public static IReadOnlyList<string> OpenFields(SessionRow row) => row.Conflict?.Fields ?? (row.Rejected is null ? [] : [Whole]);

    private static SessionRow Take(SessionRow row, LegacyRead legacy, ConflictStrategy strategy, IReadOnlyList<ConflictEntry> log, RolloutState rollout, Moment moment) =>
        Winner(strategy, row, legacy.Document) == Side.Go ? TakeGo(row, legacy.Hash, log, rollout, moment) : TakePython(row, legacy, log, rollout, moment);

    internal static Side Winner(ConflictStrategy strategy, SessionRow row, SessionDocument? python) => strategy switch
    {
        ConflictStrategy.GoLeads => Side.Go,
        ConflictStrategy.PythonLeads => Side.Python,
        // A side that deleted the session does not say when: it has no time to win by.
        ConflictStrategy.Latest => Updated(python) > (Updated(row.Document) ?? DateTimeOffset.MinValue) ? Side.Python : Side.Go,
        _ => throw new InvalidOperationException("Manual is no decision."),
    };

    /// <summary>The row's state is sent (again), over what legacy shows now. A row in sync gets a version that legacy lacks.</summary>
    internal static SessionRow TakeGo(SessionRow row, string? legacyHash, IReadOnlyList<ConflictEntry> log, RolloutState rollout, Moment moment) =>
        SessionRules.ToBeSent(row with { Version = row.LegacyVersion == row.Version ? row.Version + 1 : row.Version }, moment) with
        {
            LegacyHash = legacyHash,
            Generation = rollout.Generation,
            PendingSince = row.PendingSince ?? moment.Now,
            NextAttemptAt = moment.Now + moment.SendLease,
            Attempts = 0,
            Rejected = null,
            Conflict = null,
            CommitId = moment.CommitId,
            LeaseOwner = moment.Owner,
            Log = Log(row, log),
        };

    /// <summary>Legacy's state becomes the row's, in sync; that it has none becomes a delete.</summary>
    private static SessionRow TakePython(SessionRow row, LegacyRead legacy, IReadOnlyList<ConflictEntry> log, RolloutState rollout, Moment moment) => row with
    {
        Version = row.Version + 1,
        LegacyVersion = row.Version + 1,
        Document = legacy.Document,
        DeletedAt = legacy.Document is null ? row.DeletedAt ?? moment.Now : null,
        LegacyHash = legacy.Hash,
        Generation = rollout.Generation,
        PendingSince = null,
        NextAttemptAt = null,
        Attempts = 0,
        Rejected = null,
        Conflict = null,
        MigratedAt = row.MigratedAt ?? moment.Now,
        MigratedFrom = row.MigratedFrom ?? "sync",
        CommitId = moment.CommitId,
        LeaseOwner = null,
        Log = Log(row, log),
    };

    private static SessionRow Hold(SessionRow row, LegacyRead legacy, IReadOnlyList<ConflictEntry> found, Moment moment) => row with
    {
        // Legacy lacks this version: so the target serves the session, which both sides would show differently.
        Version = row.LegacyVersion == row.Version ? row.Version + 1 : row.Version,
        Conflict = new(legacy.Document, moment.Now, [.. found.Select(e => e.Field)]),
        LegacyHash = legacy.Hash,
        PendingSince = null,
        NextAttemptAt = null,
        Attempts = 0,
        Rejected = null,
        CommitId = moment.CommitId,
        LeaseOwner = null,
        Log = Log(row, found),
    };

    /// <summary>What the same commit has to say already comes first. Of a field it says one thing: the latest.</summary>
    internal static ImmutableArray<ConflictEntry> Log(SessionRow row, IReadOnlyList<ConflictEntry> latest) =>
        [.. row.Log.Where(l => latest.All(n => n.Field != l.Field)), .. latest];

    private static DateTimeOffset? Updated(SessionDocument? document)
    {
        using var json = document?.Parse();
        return json is not null && json.RootElement.TryGetProperty(SessionField.UpdatedAt, out var value) && SessionTimestamp.TryRead(value, out var time) ? time : null;
    }

    private static string? Value(SessionDocument? document, string field)
    {
        using var json = document?.Parse();
        return json is not null && json.RootElement.TryGetProperty(field, out var value) ? value.GetRawText() : null;
    }

    internal static string? Text(SessionDocument? document) => document is null ? null : Encoding.UTF8.GetString(document.Utf8);
}
