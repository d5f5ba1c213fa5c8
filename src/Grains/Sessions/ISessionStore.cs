using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>A row as loaded, with what is left of somebody else's send lease on the store's own clock.</summary>
/// <param name="LeaseLeft">Null = none is taken. One that was never given back has ended so long ago: what was sent under it has not been answered.</param>
/// <param name="MembershipVersion">Of the cluster's membership when the row was read; 0 where the store does not hold it.</param>
public sealed record LoadedSession(SessionRow Row, TimeSpan? LeaseLeft, long MembershipVersion = 0);

/// <summary>One change to make durable.</summary>
/// <param name="Previous">The commit id the row must still have; null = the row must not exist.</param>
/// <param name="SendLease">How long, on the store's clock, a request to legacy may be in flight afterwards; null = none will be sent.</param>
/// <param name="NewKey">The idempotency key that this change answers.</param>
public sealed record SessionCommit(
    SessionRow Next, Guid? Previous, long Incarnation, long Generation, TimeSpan? SendLease, KeyedOutcome? NewKey)
{
    /// <summary>The session does not remember all of its keys, and this may be one of them: the store looks for it, and changes nothing if it is.</summary>
    public bool KeyMayBeKnown { get; init; }
}

public enum CommitResult
{
    Committed,

    /// <summary>Another activation won, or legacy has acknowledged more than the change knows of; nothing was changed.</summary>
    Conflict,

    /// <summary>The rollout's incarnation or generation is not the one decided under; nothing was changed.</summary>
    TermsChanged,

    /// <summary>The key has been answered already, or what is a <see cref="Conflict"/> came between; nothing was changed. <see cref="ISessionStore.FindKey"/> tells.</summary>
    KeyKnown,
}

/// <summary>A failure worth an operator's look. One row per failure, not per retry of the same version.</summary>
public sealed record SessionError(string SessionId, string Side, string Operation, string Code, string Message, int Attempt, long Version);

/// <summary>How far legacy is behind. The ages are those of sessions of which a client was told what legacy lacks.</summary>
/// <param name="Pending">Sessions that legacy lacks a change of, also one that nobody was told of yet.</param>
/// <param name="Oldest">Age of the oldest acknowledged change that legacy lacks; zero when there is none.</param>
/// <param name="Late">As <see cref="SessionCounts.Late"/>.</param>
/// <param name="Refused">Sessions that legacy lacks and is not sent again by itself: it refused them, or an operator must decide.</param>
/// <param name="OpenConflicts">As <see cref="SessionCounts.OpenConflicts"/>.</param>
public sealed record SyncLag(long Pending, TimeSpan Oldest, TimeSpan P50, TimeSpan P95, string? OldestSessionId, long Late = 0, long Refused = 0, long OpenConflicts = 0)
{
    /// <summary>Sessions that the target serves whatever the split says, because legacy is not sure to have them.</summary>
    public long ServedHere => Pending + Late + Refused;

    /// <summary>Longer than anybody is kept waiting. What was asked for before that is sent again, or its silo was lost: it lags, whoever was told of it.</summary>
    public static readonly TimeSpan FirstSend = TimeSpan.FromSeconds(10);

    /// <summary>
    /// All that legacy lacks is being sent to it for the first time, and its client is answered after that: a GAIA_HOME that takes 150 ms for a write does not lag by them.
    /// </summary>
    /// <param name="leased">A send of the row is under way.</param>
    public static bool IsUnanswered(SessionRow row, bool leased, AckPolicy ack, DateTimeOffset now) =>
        leased && row.Attempts == 0 && row.PendingSince > now - FirstSend
        && (row.Intent is null ? ack == AckPolicy.Both && row.LegacyVersion == row.Version - 1 : row.LegacyVersion == row.Version);
}

/// <summary>How many sessions the store holds.</summary>
/// <param name="Disputed">Sessions with an open conflict: legacy refuses them, or an operator must decide.</param>
/// <param name="OpenConflicts">Lines of the conflict log that are open; a session may have several.</param>
/// <param name="ResolvedConflicts">Lines that were closed, by the strategy or by an operator.</param>
/// <param name="Late">Sessions in sync of which a request that was not answered may still be carried out.</param>
public sealed record SessionCounts(long Live, long Deleted, long Migrated, long Disputed, long Pending, long OpenConflicts, long ResolvedConflicts, long Late = 0);

/// <summary>Where rows live. What a method has answered is durable.</summary>
public interface ISessionStore
{
    ValueTask<LoadedSession> Load(string id, CancellationToken cancellationToken);

    /// <exception cref="StorageUnavailableException">Definitely not committed.</exception>
    /// <exception cref="Contracts.Sessions.OutcomeUnknownException">The store went away in the middle and did not come back in time.</exception>
    /// <exception cref="OverloadedException">The queue is full; nothing was accepted.</exception>
    ValueTask<CommitResult> Commit(SessionCommit commit, CancellationToken cancellationToken);

    /// <summary>Which of these have a row, live or deleted.</summary>
    Task<IReadOnlySet<string>> Known(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Adds first rows, all of them or none: it is a <see cref="CommitResult.Conflict"/> when one of them is there already.</summary>
    /// <exception cref="StorageUnavailableException">All of them may be stored, or none.</exception>
    /// <exception cref="InvalidInputException">A value cannot be stored; nothing was.</exception>
    Task<CommitResult> Add(IReadOnlyList<SessionRow> added, long incarnation, long generation, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the bookkeeping of legacy's answer if the row is still the one of this commit id. Never waits and never fails: a lost
    /// acknowledgement is repaired by sending again.
    /// </summary>
    void Acknowledge(SessionRow row);

    /// <summary>Keeps an error for the operator, when it gets to it.</summary>
    void Report(SessionError error);

    /// <summary>Likewise; one that is open already is renewed.</summary>
    void ReportInvalid(ValidationError error);

    /// <summary>Keeps what a part of one walk of a verification found.</summary>
    /// <param name="unjudged">Sessions that could not be compared: what earlier walks found in them still stands.</param>
    Task KeepVerified(Guid pass, IReadOnlyList<ValidationError> found, IReadOnlyList<string> unjudged, CancellationToken cancellationToken);

    /// <summary>
    /// The walk is complete: what only earlier ones found is resolved, what shadow reads had found before it in sessions that it found equal, and values
    /// that did not fit and do not stand in their row any more.
    /// </summary>
    /// <param name="began">When the walk did.</param>
    Task CloseVerified(Guid pass, DateTimeOffset began, CancellationToken cancellationToken);

    /// <summary>A shadow read found the session equal: what earlier ones found in it is resolved.</summary>
    Task CloseShadow(string sessionId, CancellationToken cancellationToken);

    /// <param name="resolved">Those that are resolved, too.</param>
    Task<ValidationErrors> ListInvalid(int limit, bool resolved, CancellationToken cancellationToken);

    /// <summary>What verifications found and left open, by session and field: a walk over all of it misses none, also while it is being renewed.</summary>
    /// <param name="after">Only those that follow it; null = from the first on.</param>
    Task<IReadOnlyList<KeptValidationError>> Mismatches((string SessionId, string Field)? after, int limit, CancellationToken cancellationToken);

    ValueTask<KeyedOutcome?> FindKey(string id, string key, CancellationToken cancellationToken);

    /// <summary>Takes up to <paramref name="limit"/> sessions whose repair is due, so that no other silo takes them for <paramref name="hold"/>.</summary>
    Task<IReadOnlyList<string>> ClaimDue(int limit, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Makes up to <paramref name="limit"/> sessions due at once that wait for their next attempt, those whose turn is next first. What is being sent is left alone; asking again is harmless.</summary>
    /// <exception cref="StorageUnavailableException">They may be due, or not.</exception>
    Task Hasten(int limit, CancellationToken cancellationToken);

    /// <summary>Live rows after <paramref name="after"/> in id order.</summary>
    Task<IReadOnlyList<SessionRow>> List(string? after, int limit, string? status, string? tier, CancellationToken cancellationToken);

    /// <summary>What a verification compares of these rows, live and deleted, as far as they exist; each with the print of just this state.</summary>
    /// <param name="look">Makes of a row what is wanted of it, one row at a time, where it is read: not on the scheduler of whoever asked.</param>
    Task<IReadOnlyList<T>> Compared<T>(IReadOnlyList<string> ids, Func<ComparedRow, T> look, CancellationToken cancellationToken);

    /// <summary>Their prints alone.</summary>
    Task<IReadOnlyList<RowPrint>> Prints(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>The marks of these ids, as far as there are live rows.</summary>
    Task<IReadOnlyList<SessionMark>> Marks(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>The marks of the live rows after <paramref name="after"/> in id order.</summary>
    Task<IReadOnlyList<SessionMark>> Marks(string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Rows of which legacy lacks an acknowledged change, also because it refuses it, for lists that legacy serves. An intent alone is none.</summary>
    Task<IReadOnlyList<SessionRow>> ListBehind(int limit, CancellationToken cancellationToken);

    /// <summary>The conflict log, newest first.</summary>
    /// <param name="resolved">Only these; null = all.</param>
    Task<IReadOnlyList<ConflictRecord>> Conflicts(int limit, bool? resolved, CancellationToken cancellationToken);

    Task<ConflictRecord?> FindConflict(long id, CancellationToken cancellationToken);

    Task<SyncLag> Lag(CancellationToken cancellationToken);

    Task<SessionCounts> Count(CancellationToken cancellationToken);
}
