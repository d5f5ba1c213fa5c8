using System.Collections.Immutable;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What a change leads to. The grain carries it out; refusals are thrown.</summary>
public abstract record Decision
{
    /// <summary>The key is known: answer as then, do nothing.</summary>
    public sealed record Replay(KeyedOutcome Stored) : Decision;

    /// <summary>Nobody knows yet what legacy has: read it, then decide again.</summary>
    public sealed record AdoptFirst : Decision;

    /// <summary>Commit <paramref name="Next"/>, then send it.</summary>
    public sealed record CommitThenSend(SessionRow Next, int Status) : Decision;

    /// <summary>Commit <paramref name="Intended"/>, send its intent, and commit the outcome.</summary>
    public sealed record IntendThenSend(SessionRow Intended, int Status) : Decision;
}

/// <summary>The rules of one session: pure functions from a row and an event to the next row.</summary>
public static class SessionRules
{
    public const int KeysKept = 100;

    /// <summary>Between two attempts to send a change.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <param name="legacyRead">Legacy was read within this call, so an absent row means an absent session.</param>
    public static Decision Decide(SessionRow row, SessionChange change, WriteContext context, RolloutState rollout, bool legacyRead, Moment moment)
    {
        var requestHash = context.IdempotencyKey is null ? null : RequestHash.Of(change, context);
        if (context.IdempotencyKey is { } key && row.Keys.LastOrDefault(k => k.Key == key && moment.Now - k.At < moment.KeyLife) is { } stored)
            return stored.RequestHash == requestHash ? new Decision.Replay(stored) : throw new IdempotencyKeyReusedException(key);
        if (context.RequestId != Guid.Empty && SentMemory.Earlier(row, context, moment) is { } earlier) return new Decision.Replay(earlier);
        if (row.Intent is not null) throw new InvalidOperationException($"Session '{row.Id}' has an intent to settle first.");
        if (!legacyRead && NeedsAdoption(row, rollout)) return new Decision.AdoptFirst();

        CheckExpectations(row, change.Kind, context);
        if (row.Conflict is not null && Lead(rollout) == Side.Python && change.Kind != ChangeKind.Delete)
            throw new LeadUnavailableException(Side.Python, "the session has an open conflict, and writing there would decide it; an operator must (GET /api/migration/conflicts)");
        var document = Next(row, change, moment);
        if (rollout.FeedsLegacy && moment.IdMember is { } member and not SessionField.Id) SessionDocument.RequireId(row.Id, change, member);
        var status = change.Kind switch
        {
            ChangeKind.Delete => 204,
            _ when row.Live => 200,
            _ => 201,
        };
        return Lead(rollout) == Side.Python
            ? new Decision.IntendThenSend(Intend(row, new(document, status, context.IdempotencyKey, requestHash, moment.Now, context.RequestId), moment), status)
            : new Decision.CommitThenSend(Commit(row, document, status, context.IdempotencyKey, requestHash, context.RequestId, rollout, moment), status);
    }

    /// <summary>The side whose word counts for a write.</summary>
    public static Side Lead(RolloutState rollout) =>
        rollout.DualWrite is { Enabled: true, Mode: DualWriteMode.PythonLeads } && !rollout.AfterCutover ? Side.Python : Side.Go;

    /// <summary>An absent row says nothing about legacy, and one of an older generation says what was true before dual-write was off.</summary>
    public static bool NeedsAdoption(SessionRow row, RolloutState rollout) =>
        rollout.FeedsLegacy && row.Intent is null && row.LegacyVersion == row.Version && (row.Version == 0 || row.Generation < rollout.Generation);

    /// <summary>With dual-write off before cutover legacy's word is the only one, and a session is read anew before it counts again.</summary>
    public static bool Feeds(RolloutState rollout) => rollout.FeedsLegacy && (rollout.DualWrite.Enabled || rollout.AfterCutover);

    /// <summary>
    /// Dual-write was off since, which it is not while legacy lacks anything: that this row is behind was true once, and an acknowledgement has been stored
    /// of which its activation knows nothing.
    /// </summary>
    public static bool IsOutdated(SessionRow row, RolloutState rollout) =>
        row is { Behind: true, Intent: null } && row.Generation < rollout.Generation && rollout.FeedsLegacy && !rollout.AfterCutover;

    /// <summary>Legacy's present state becomes the row's; null when there is nothing to store because neither side has anything.</summary>
    public static SessionRow? Adopt(SessionRow row, LegacyRead legacy, RolloutState rollout, string from, Moment moment)
    {
        if (row.Version == 0 && legacy.Document is null) return null;
        var changed = legacy.Hash != row.LegacyHash || (legacy.Document is null) == row.Live;
        // The present state, written anew. Not an earlier one, which is no request of ours that came late: legacy was the only side since, and a client has set it back.
        if (changed && row.Live && !row.RecentSends.IsEmpty && legacy.Document is not null && legacy.Print() is var print && print == SentDocument.HashOf(row.Document, legacy.Stamped) && row.RecentSends.Any(s => s.Hash == print)) changed = false;
        var version = changed ? row.Version + 1 : row.Version;
        return row with
        {
            Version = version,
            LegacyVersion = version,
            Document = changed ? legacy.Document : row.Document,
            DeletedAt = legacy.Document is null ? row.DeletedAt ?? moment.Now : null,
            LegacyHash = legacy.Hash,
            Generation = rollout.Generation,
            MigratedAt = row.MigratedAt ?? moment.Now,
            MigratedFrom = row.MigratedFrom ?? from,
            RecentSends = row.Generation < rollout.Generation ? SentMemory.WithoutDocuments(row.RecentSends) : row.RecentSends,
            PendingSince = null,
            NextAttemptAt = null,
            Attempts = 0,
            CommitId = moment.CommitId,
            LeaseOwner = null,
        };
    }

    /// <summary>Legacy shows what a request of ours brought late: the present state, under a version of its own.</summary>
    public static SessionRow SendAgain(SessionRow row, LegacyRead legacy, RolloutState rollout, Moment moment) => ToBeSent(row with { Version = row.Version + 1 }, moment) with
    {
        LegacyHash = legacy.Hash,
        Generation = rollout.Generation,
        PendingSince = moment.Now,
        NextAttemptAt = moment.Now,
        CommitId = moment.CommitId,
        LeaseOwner = null,
    };

    /// <summary>The row with a fresh send lease and nothing else changed: what a repair commits before it sends.</summary>
    public static SessionRow TakeLease(SessionRow row, Moment moment) =>
        row with
        {
            CommitId = moment.CommitId,
            LeaseOwner = moment.Owner,
            NextAttemptAt = moment.Now + moment.SendLease,
            Log = [.. ConflictRules.ClosedUnseen(row, moment.Now)],
        };

    /// <summary>Legacy answered a send of <paramref name="version"/>, which may be older than the row by now.</summary>
    public static SessionRow Acknowledge(SessionRow row, long version, LegacyAnswer answer, DateTimeOffset now, double jitter)
    {
        var current = version == row.Version;
        if (answer is LegacyAnswer.Unknown { Code: not LegacyTrouble.ServerError }) row = row with { RecentSends = SentMemory.NotAnswered(row.RecentSends, version - 1, version) };
        switch (answer)
        {
            case LegacyAnswer.Applied applied:
                if (version <= row.LegacyVersion) return row;
                // The lease of a newer commit stays: its send has not begun yet.
                var acknowledged = row with { LegacyVersion = version, LegacyHash = applied.Hash };
                return current ? acknowledged with { PendingSince = null, NextAttemptAt = null, Attempts = 0, Rejected = null, LeaseOwner = null, Agreed = null } : acknowledged;
            case not LegacyAnswer.Applied when version <= row.LegacyVersion:
                return row;
            case LegacyAnswer.Rejected rejected when current:
                return Refused(row, new(rejected.Status, rejected.Body, now)) with { Attempts = row.Attempts + 1 };
            default:
                return row with { Attempts = row.Attempts + 1, NextAttemptAt = now + Backoff(row.Attempts, jitter), LeaseOwner = null };
        }
    }

    /// <summary>An acknowledgement that arrived while <paramref name="committed"/> was being stored is not forgotten.</summary>
    public static SessionRow Carry(SessionRow committed, SessionRow meanwhile)
    {
        var carried = committed with { RecentSends = SentMemory.Carry(committed.RecentSends, meanwhile.RecentSends) };
        return meanwhile.LegacyVersion <= committed.LegacyVersion ? carried : carried with { LegacyVersion = meanwhile.LegacyVersion, LegacyHash = meanwhile.LegacyHash };
    }

    /// <summary>Legacy took the intended change: it becomes the row's state, in sync from the start.</summary>
    public static SessionRow Fulfil(SessionRow row, LegacyAnswer.Applied applied, RolloutState rollout, Moment moment)
    {
        var next = Promote(row, rollout, moment);
        return next with { LegacyVersion = next.Version, LegacyHash = applied.Hash, PendingSince = null, NextAttemptAt = null, LeaseOwner = null };
    }

    /// <summary>Legacy definitely did not take the intended change: as if it had never been asked.</summary>
    public static SessionRow Withdraw(SessionRow row, Moment moment)
    {
        var behind = row.LegacyVersion < row.Version && !row.Disputed;
        return row with
        {
            Intent = null,
            RecentSends = [.. row.RecentSends.Where(s => s.Version <= row.Version)],
            PendingSince = behind ? row.PendingSince : null,
            NextAttemptAt = behind ? moment.Now : null,
            Attempts = 0,
            CommitId = moment.CommitId,
            LeaseOwner = null,
        };
    }

    /// <summary>Legacy refuses an intent that it may have taken before: it becomes the row's state all the same, and an open conflict.</summary>
    public static SessionRow Impose(SessionRow row, LegacyAnswer.Rejected rejected, RolloutState rollout, Moment moment)
    {
        return Refused(Promote(row, rollout, moment), new(rejected.Status, rejected.Body, moment.Now));
    }

    /// <summary>An intent that somebody else's change has overtaken becomes the row's state: from here on it is a pending change like any other.</summary>
    public static SessionRow Promote(SessionRow row, RolloutState rollout, Moment moment)
    {
        var intent = row.Intent ?? throw new InvalidOperationException($"Session '{row.Id}' has no intent to promote.");
        return Commit(row with { Intent = null }, intent.Document, intent.Status, intent.Key, intent.RequestHash, intent.RequestId, rollout, moment);
    }

    /// <summary>0.5 s doubled per attempt up to 30 s, times 0.5–1 so that many sessions do not come back at once.</summary>
    public static TimeSpan Backoff(int attempts, double jitter) =>
        TimeSpan.FromSeconds(Math.Min(LongestBackoff.TotalSeconds, 0.5 * Math.Pow(2, Math.Min(attempts, 10))) * (0.5 + jitter / 2));

    private static void CheckExpectations(SessionRow row, ChangeKind kind, WriteContext context)
    {
        if (kind == ChangeKind.Create && row.Live) throw new SessionExistsException(row.Id);
        if (kind is ChangeKind.Merge or ChangeKind.Delete && !row.Live) throw new UnknownSessionException(row.Id);
        if ((context.MustExist && !row.Live) || (context.ExpectedVersion is not null && !(row.Live && context.Allows(row.Version))))
            throw new VersionMismatchException(row.Id, row.Live ? row.Version : 0);
    }

    private static SessionDocument? Next(SessionRow row, SessionChange change, Moment moment) => change.Kind switch
    {
        ChangeKind.Delete => null,
        ChangeKind.Merge => Merged(row.Document!, row.Document!.Merge(row.Id, change.Body, new(row.Document, moment.Now)), moment.LongestDocument),
        _ => SessionDocument.FromClient(row.Id, change.Body, new(row.Document, moment.Now)),
    };

    /// <summary>The gateway measures bodies, and a session may grow by many small ones.</summary>
    private static SessionDocument Merged(SessionDocument before, SessionDocument after, int longest) =>
        after.Utf8.Length <= Math.Max(longest, before.Utf8.Length)
            ? after
            : throw new TooLargeException($"The session would be {after.Utf8.Length} bytes long; {longest} are allowed (Sessions:MaxDocumentBytes).");

    private static SessionRow Commit(
        SessionRow row, SessionDocument? document, int status, string? key, string? requestHash, Guid requestId, RolloutState rollout, Moment moment)
    {
        var version = row.Version + 1;
        var fed = rollout.FeedsLegacy;
        // A change of a session in dispute is kept here and waits with it; only a delete leaves nothing to decide.
        var conflict = document is null ? null : row.Conflict;
        var sends = fed && conflict is null;
        return row with
        {
            Version = version,
            LegacyVersion = fed ? row.LegacyVersion : version,
            Document = document,
            DeletedAt = document is null ? moment.Now : null,
            Generation = rollout.Generation,
            PendingSince = sends ? (row.Disputed ? null : row.PendingSince) ?? moment.Now : null,
            NextAttemptAt = sends ? moment.Now + moment.SendLease : null,
            Attempts = 0,
            Rejected = null,
            Conflict = conflict,
            Log = [.. ConflictRules.LoggedBy(row, document, moment.Now)],
            // What is not sent cannot be shown by legacy: the request alone is remembered.
            RecentSends = SentMemory.With(row, new(fed ? SentDocument.HashOf(document, moment.Stamped) : SentDocument.Forgotten, version, moment.Now, requestId, status)),
            Keys = key is null ? row.Keys : Remember(row.Keys, new(key, requestHash!, status, version, moment.Now)),
            KeysTruncated = row.KeysTruncated || (key is not null && row.Keys.Length >= KeysKept),
            CommitId = moment.CommitId,
            LeaseOwner = sends ? moment.Owner : null,
        };
    }

    /// <summary>The next version with another document, remembered as one that may be sent. Who commits it sets the rest.</summary>
    public static SessionRow Next(SessionRow row, SessionDocument document, Moment moment) => row with
    {
        Version = row.Version + 1,
        Document = document,
        RecentSends = SentMemory.With(row, new(document.Fingerprint(moment.Stamped), row.Version + 1, moment.Now)),
    };

    /// <summary>
    /// The row, remembered as one that may be sent: one that was taken over from legacy has never been, and one that legacy acknowledged once is
    /// forgotten before it is acknowledged again.
    /// </summary>
    public static SessionRow ToBeSent(SessionRow row, Moment moment)
    {
        var print = SentDocument.HashOf(row.Document, moment.Stamped);
        return row.RecentSends.Any(s => s.Hash == print && s.Version > row.LegacyVersion) ? row : row with { RecentSends = SentMemory.With(row, new(print, row.Version, moment.Now)) };
    }

    private static SessionRow Refused(SessionRow row, Rejection rejected) =>
        row with { Rejected = rejected, NextAttemptAt = null, LeaseOwner = null, Log = ConflictRules.Log(row, [ConflictRules.Refusal(row, rejected)]) };

    private static SessionRow Intend(SessionRow row, Intent intent, Moment moment) => row with
    {
        Intent = intent,
        // Of a session that nobody has yet nothing is to be seen until legacy has taken it.
        DeletedAt = row.Live ? null : row.DeletedAt ?? moment.Now,
        PendingSince = row.PendingSince ?? moment.Now,
        NextAttemptAt = moment.Now + moment.SendLease,
        Attempts = 0,
        Log = [.. ConflictRules.ClosedUnseen(row, moment.Now)],
        RecentSends = SentMemory.With(row, new(SentDocument.HashOf(intent.Document, moment.Stamped), row.Version + 1, moment.Now)),
        CommitId = moment.CommitId,
        LeaseOwner = moment.Owner,
    };

    private static ImmutableArray<KeyedOutcome> Remember(ImmutableArray<KeyedOutcome> keys, KeyedOutcome latest) =>
        [.. keys.Length < KeysKept ? keys : keys[^(KeysKept - 1)..], latest];
}
