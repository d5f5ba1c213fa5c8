using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What becomes the session's state: stored first, under the rollout's terms and by one activation alone.</summary>
public sealed partial class SessionGrain
{
    /// <summary>A change that the target leads. Whether its key is one that the session does not remember any more is asked with it, and not before.</summary>
    /// <returns>False = its key is known, and remembered from now on.</returns>
    private async Task<bool> CommitUnlessKnown(SessionRow next, RolloutState rollout, KeyedOutcome? key, CancellationToken cancellationToken)
    {
        var lease = rollout.FeedsLegacy ? Lease() : (TimeSpan?)null;
        if (await Stored(next, rollout, lease, key, MayHaveForgotten(key?.Key), cancellationToken)) return true;
        await LearnKey(key!.Key, cancellationToken);
        return MayHaveForgotten(key.Key) ? throw Fenced(next) : false;
    }

    private async Task Commit(SessionRow next, RolloutState rollout, TimeSpan? sendLease, KeyedOutcome? key, CancellationToken cancellationToken) =>
        await Stored(next, rollout, sendLease, key, keyMayBeKnown: false, cancellationToken);

    /// <returns>False = the store says that the key may be known.</returns>
    private async Task<bool> Stored(SessionRow next, RolloutState rollout, TimeSpan? sendLease, KeyedOutcome? key, bool keyMayBeKnown, CancellationToken cancellationToken)
    {
        if (!_succeeded)
        {
            // Whoever had the session before may be declared dead and still answer reads from memory, for as long as its lease lasts.
            await deadSilos.Ended(_membershipVersion, cancellationToken);
            _succeeded = true;
        }

        next = next with { Inherited = false, LateFor = LateLeft, Agreed = legacy.OthersWrite && !next.InSync ? Agreement.Of(_row) ?? _row.Agreed : null };
        Guid? previous = _row.CommitId == Guid.Empty ? null : _row.CommitId;
        var started = time.GetTimestamp();
        // A successor waits for what is being stored, and must not be overtaken by anything more.
        if (!_presence.TryBeginStoring()) throw Superseded();
        CommitResult result;
        try
        {
            result = await store.Commit(new(next, previous, rollout.Incarnation, rollout.Generation, sendLease, key) { KeyMayBeKnown = keyMayBeKnown }, cancellationToken);
            instruments.OnCommit(time.GetElapsedTime(started), ok: true);
        }
        catch (StorageUnavailableException)
        {
            instruments.OnCommit(time.GetElapsedTime(started), ok: false);
            throw;
        }
        catch (OutcomeUnknownException)
        {
            // The row may have moved on without us: the next call starts from what is stored.
            GiveUp();
            throw;
        }
        finally
        {
            _presence.EndStoring();
        }

        switch (result)
        {
            // A successor that has not waited may have read what was there before: nobody is told but by one that has read this.
            case CommitResult.Committed when _presence.Released:
                throw Superseded();
            case CommitResult.Committed:
                // What was not committed has taken no lease: the one that a send goes by is the last that was.
                if (sendLease is { } granted) (_committingSince, _sendLease) = (started, granted);
                _row = SessionRules.Carry(next, _row) with { Log = [] };
                if (_row.InSync) _refused = null;
                Show();
                return true;
            case CommitResult.KeyKnown:
                return false;
            case CommitResult.TermsChanged:
                // What was only to be stored was not; what legacy was asked to do it may have done.
                var begun = _row.Intent is not null;
                RolloutState current;
                try
                {
                    current = await lease.Refresh(cancellationToken);
                }
                catch (LeaseLostException e) when (begun)
                {
                    throw new OutcomeUnknownException(Id, e.Message);
                }

                // What stands there may have been withdrawn with the terms.
                if (begun) GiveUp();
                throw new StaleEpochException(rollout.Epoch, current.Epoch, begun);
            default:
                throw Fenced(next);
        }
    }

    private InconsistentStateException Fenced(SessionRow next)
    {
        LogFenced(logger, Id, next.Version);
        Withdraw();
        return new($"Session '{Id}' was changed by another activation.", next.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), "");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {SessionId}: another activation won at version {Version}; this one reloads")]
    private static partial void LogFenced(ILogger logger, string sessionId, long version);
}
