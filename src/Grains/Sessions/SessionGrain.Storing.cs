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
    private async Task Commit(SessionRow next, RolloutState rollout, TimeSpan? sendLease, KeyedOutcome? key, CancellationToken cancellationToken)
    {
        if (!_succeeded)
        {
            // Whoever had the session before may be declared dead and still answer reads from memory, for as long as its lease lasts.
            await deadSilos.Ended(_membershipVersion, cancellationToken);
            _succeeded = true;
        }

        next = next with { Inherited = false, LateFor = LateLeft, Agreed = legacy.OthersWrite && !next.InSync ? Agreement.Of(_row) ?? _row.Agreed : null };
        Guid? previous = _row.CommitId == Guid.Empty ? null : _row.CommitId;
        var started = _committingSince = time.GetTimestamp();
        // A successor waits for what is being stored, and must not be overtaken by anything more.
        if (!_presence.TryBeginStoring()) throw Superseded();
        CommitResult result;
        try
        {
            result = await store.Commit(new(next, previous, rollout.Incarnation, rollout.Generation, sendLease, key), cancellationToken);
            instruments.OnCommit(time.GetElapsedTime(started), ok: true);
        }
        catch (StorageUnavailableException)
        {
            instruments.OnCommit(time.GetElapsedTime(started), ok: false);
            if (sendLease is not null) instruments.OnFailedWrite(rollout.DualWrite.Mode);
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
                _row = SessionRules.Carry(next, _row) with { Log = [] };
                Show();
                return;
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
                LogFenced(logger, Id, next.Version);
                Withdraw();
                throw new InconsistentStateException($"Session '{Id}' was changed by another activation.", next.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), "");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {SessionId}: another activation won at version {Version}; this one reloads")]
    private static partial void LogFenced(ILogger logger, string sessionId, long version);
}
