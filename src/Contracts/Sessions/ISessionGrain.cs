using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using Orleans.Concurrency;

namespace GaiaOrleans.Contracts.Sessions;

/// <summary>
/// One session, keyed by its id: the only writer of its row and, while dual-write is on, the only caller of GAIA_HOME for its id.
/// Reads interleave and return the last committed state; changes do not interleave.
/// </summary>
[Alias("gaia.session")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>The last committed state. Never waits for a change in progress and never calls legacy.</summary>
    /// <param name="epoch">Of the rollout that the caller routes by: one that the session's silo has not heard of is read first, for it may make the row stale. 0 = none.</param>
    [AlwaysInterleave, Alias("read")]
    ValueTask<SessionSnapshot> Read(long epoch = 0);

    /// <summary>Where the row is absent or stale: makes legacy's document, or that it has none, the row's state, then answers like <see cref="Read"/>.</summary>
    /// <param name="epoch">As of <see cref="Read"/>.</param>
    /// <param name="cancellationToken">Gives up asking legacy.</param>
    /// <exception cref="Problems.LegacyUnavailableException">Legacy did not answer; absence is never guessed.</exception>
    [Alias("adopt")]
    Task<SessionSnapshot> Adopt(long epoch = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// Carries out one change on both sides. With an idempotency key, repeating it has no second effect; without one, a repetition is a new change.
    /// </summary>
    /// <exception cref="LeadUnavailableException">Nothing changed on either side.</exception>
    /// <exception cref="OutcomeUnknownException">It may have happened; repeat it with the same key.</exception>
    /// <exception cref="StaleEpochException">The gateway's rollout snapshot is older than this silo's.</exception>
    [Alias("write")]
    Task<WriteOutcome> Write(SessionChange change, WriteContext context, CancellationToken cancellationToken = default);

    /// <summary>Moves the session to the cluster. <paramref name="hint"/> is the document a list showed (UTF-8 JSON), or null to ask legacy.</summary>
    /// <param name="hintGeneration">The dual-write generation before the list was read. In a later one the hint may be older than a forwarded write: legacy is asked.</param>
    /// <param name="release">The activation is only needed for this call: let it go, so that a run's memory stays flat.</param>
    [Alias("migrate")]
    Task<SessionMigration> Migrate(byte[]? hint, bool release, long hintGeneration = 0, CancellationToken cancellationToken = default);

    /// <summary>Sends what legacy has not acknowledged yet, when it is due. Answers true when nothing is pending afterwards.</summary>
    [Alias("repair")]
    Task<bool> Repair(CancellationToken cancellationToken = default);

    /// <summary>Carries out an operator's decision about open conflicts; the session is sent to legacy when none is left.</summary>
    /// <exception cref="AlreadyResolvedException">There is no such open conflict.</exception>
    /// <exception cref="Problems.InvalidInputException">The value does not fit the field.</exception>
    /// <exception cref="Problems.LegacyUnavailableException">Legacy's value was chosen for the whole session and cannot be read.</exception>
    [Alias("resolve")]
    Task<SessionSettlement> Resolve(ConflictResolution resolution, CancellationToken cancellationToken = default);

    /// <summary>Decides about what a new incarnation has set aside: it stays so, or is sent to legacy in the place of what both sides have.</summary>
    /// <param name="conflictId">Of its line in the conflict log.</param>
    /// <exception cref="AlreadyResolvedException">There is no such open line of this session.</exception>
    /// <exception cref="BlockedException">Legacy is not to be written to at this point of the migration.</exception>
    /// <exception cref="Problems.LegacyUnavailableException">The session has to be read anew first, and legacy does not answer.</exception>
    [Alias("decide_aside")]
    Task<SessionSettlement> DecideAside(long conflictId, ConflictStrategy strategy, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Makes one side's state the other's, whatever both say. Nothing happens when they agree; repeating it is harmless.</summary>
    /// <exception cref="BlockedException">Legacy is not to be written to at this point of the migration.</exception>
    /// <exception cref="UnknownSessionException">The source has no such session and the other side neither.</exception>
    [Alias("sync")]
    Task<SessionSettlement> Sync(Side source, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Reads legacy and brings the two sides together, as far as <paramref name="scope"/> goes. Repeating it is harmless.</summary>
    /// <param name="absenceConfirmed">The caller has seen the session gone from legacy before, long enough ago.</param>
    /// <exception cref="Problems.LegacyUnavailableException">Legacy did not answer; nothing changed.</exception>
    /// <exception cref="BlockedException">Legacy is not to be written to at this point of the migration.</exception>
    [Alias("mend")]
    Task<SessionMend> Mend(MendScope scope, bool absenceConfirmed = false, CancellationToken cancellationToken = default);

    /// <summary>Reads legacy and compares, between two writes. Changes nothing on either side that anybody is shown.</summary>
    /// <param name="reload">
    /// Compare what is stored, not what is remembered: for a row that somebody may have changed in the database itself. A row from before dual-write was
    /// off is brought up to what legacy shows, as by a read.
    /// </param>
    [Alias("compare")]
    Task<SessionComparison> Compare(bool reload = false, CancellationToken cancellationToken = default);

    /// <summary><see cref="Compare"/> plus the row's bookkeeping. Changes nothing.</summary>
    [Alias("inspect")]
    Task<SessionInspection> Inspect(CancellationToken cancellationToken = default);

    /// <summary>
    /// Compares what legacy shows with what a client was just shown, beside whatever else the session does. Waits for nothing but legacy's
    /// answer, holds up no change, and changes nothing; differences that last are kept as validation errors.
    /// </summary>
    /// <param name="epoch">Under which the client's read was routed.</param>
    /// <param name="version">Which the client was shown.</param>
    [AlwaysInterleave, Alias("shadow")]
    Task<ShadowVerdict> Shadow(long epoch, long version, CancellationToken cancellationToken = default);
}
