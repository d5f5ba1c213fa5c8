using System.Collections.Immutable;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// One of the last changes. Its hash tells our own echo from somebody's change when legacy shows it again later; its request id tells a
/// gateway that repeats a request whether it took effect.
/// </summary>
/// <param name="Unanswered">It was sent and not answered: legacy may carry it out at any time, however late.</param>
public sealed record SentDocument(string Hash, long Version, DateTimeOffset At, Guid RequestId = default, int Status = 0, bool Unanswered = false)
{
    /// <summary>In place of the hash, when it is only the request that is still of interest: no document has it.</summary>
    public const string Forgotten = "?";

    /// <summary>Whether a gateway may repeat what made it: neither an intent that has not taken effect yet, nor a change of our own.</summary>
    public bool IsRequest => RequestId != Guid.Empty;

    /// <summary>Of what legacy is asked to hold; empty for a delete.</summary>
    public static string HashOf(SessionDocument? document, IReadOnlySet<string> stamped) => document?.Fingerprint(stamped) ?? "";
}

/// <summary>
/// A change that may already have been sent to legacy and is not the row's state yet (python_leads): durable before the first byte leaves.
/// </summary>
/// <param name="Document">Null = a delete.</param>
public sealed record Intent(SessionDocument? Document, int Status, string? Key, string? RequestHash, DateTimeOffset At, Guid RequestId = default)
{
    /// <summary>Whether it is an earlier attempt of this request.</summary>
    public bool IsOf(WriteContext request) => (Key is not null && Key == request.IdempotencyKey) || (RequestId != Guid.Empty && RequestId == request.RequestId);
}

/// <summary>Legacy refuses this version for good; an operator or the next change goes on from here.</summary>
public sealed record Rejection(int Status, string Body, DateTimeOffset At);

/// <summary>What is remembered of an idempotency key.</summary>
public sealed record KeyedOutcome(string Key, string RequestHash, int Status, long Version, DateTimeOffset At);

/// <summary>
/// One session as stored: the document and the bookkeeping of both sides. Immutable; the next state is computed from it and becomes true
/// only when it is committed.
/// </summary>
public sealed record SessionRow
{
    public required string Id { get; init; }

    /// <summary>+1 per committed change; goes on through delete and recreate. 0 = never stored.</summary>
    public long Version { get; init; }

    /// <summary>Null when deleted, or never seen on either side.</summary>
    public SessionDocument? Document { get; init; }

    /// <summary>A delete is a versioned change: the row stays as a tombstone.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>The last version that legacy acknowledged.</summary>
    public long LegacyVersion { get; init; }

    public Intent? Intent { get; init; }

    /// <summary>The dual-write generation in which this row was last known to be in sync; an older one makes it stale.</summary>
    public long Generation { get; init; }

    /// <summary>Of legacy's own representation as last seen; null = legacy has no such session, as far as we know.</summary>
    public string? LegacyHash { get; init; }

    public ImmutableArray<SentDocument> RecentSends { get; init; } = [];

    public DateTimeOffset? PendingSince { get; init; }
    public DateTimeOffset? NextAttemptAt { get; init; }
    public int Attempts { get; init; }
    public Rejection? Rejected { get; init; }

    /// <summary>Somebody changed legacy as well and an operator must decide; until then nothing is sent.</summary>
    public SessionConflict? Conflict { get; init; }

    /// <summary>Kept while legacy lacks a change and others write there too: it tells their change from a mere respelling.</summary>
    public Agreement? Agreed { get; init; }

    /// <summary>
    /// Loaded, and not written here, or still being sent: what legacy said to its last send may be noted without our knowing. Not part of the state.
    /// </summary>
    public bool Inherited { get; init; }

    /// <summary>
    /// How long, from when it is loaded or stored, a request of ours that was not answered may still be carried out by legacy; null = there is none. Not
    /// part of the state.
    /// </summary>
    public TimeSpan? LateFor { get; init; }

    /// <summary>What the commit of this state adds to the conflict log. Not part of the state: empty as soon as it is stored.</summary>
    public ImmutableArray<ConflictEntry> Log { get; init; } = [];

    /// <summary>Which commit wrote this state; the next commit must name it, so it fences every other activation.</summary>
    public Guid CommitId { get; init; }

    public DateTimeOffset? MigratedAt { get; init; }
    public string? MigratedFrom { get; init; }

    /// <summary>The keys of the last 24 hours, newest last, as far as they are known here.</summary>
    public ImmutableArray<KeyedOutcome> Keys { get; init; } = [];

    /// <summary>There are more keys than <see cref="Keys"/> holds: an unknown one must be looked up.</summary>
    public bool KeysTruncated { get; init; }

    /// <summary>Who took the send lease with this state, if a request to legacy may still be in flight.</summary>
    public string? LeaseOwner { get; init; }

    public bool Live => Document is not null;

    /// <summary>Legacy lacks an acknowledged change that is on its way. One that it refuses, or that waits for a decision, is an open conflict.</summary>
    public bool Pending => (LegacyVersion < Version && !Disputed) || Intent is not null;

    /// <summary>An open conflict: legacy refuses the state, or holds another that an operator must decide about.</summary>
    public bool Disputed => Rejected is not null || Conflict is not null;

    /// <summary>
    /// Legacy lacks an acknowledged change, whether that is under way or refused: only the target may serve it. An intent is none: nobody was told
    /// of it, and legacy, which leads, shows it from the moment it has it. Who has seen it there must not be shown less afterwards.
    /// </summary>
    public bool Behind => LegacyVersion < Version;

    public bool InSync => Version > 0 && LegacyVersion == Version && Intent is null;

    public static SessionRow Absent(string id) => new() { Id = id };
}
