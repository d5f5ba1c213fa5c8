using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>The legacy half of the grain: one send at a time, only after a commit that took the lease.</summary>
public sealed partial class SessionGrain
{
    // Less than a client notices of a silo's loss anyway.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(500);

    /// <summary>Acknowledged dual writes whose first attempt has not ended; with ack=both there are none.</summary>
    private Queue<(DualWriteMode Mode, long Version, TimeSpan Duration)>? _unattempted;

    private TimeSpan LeftOfForeignLease => _foreignLease - time.GetElapsedTime(_loadedAt);

    /// <summary>Sends what was just committed, and waits for it as far as the acknowledgement policy says.</summary>
    private async Task<DualWriteOutcome> Follow(RolloutState rollout)
    {
        if (!rollout.FeedsLegacy) return DualWriteOutcome.Off;
        if (_row.Conflict is not null) return DualWriteOutcome.Partial;
        var version = _row.Version;
        if (_sending.IsCompleted)
        {
            // An earlier send may have met something, and nobody waited for it. Legacy may show something else by now.
            _foreign = null;
            if (await StillLeased(rollout)) _sending = SendUntilQuiet();
        }

        if (rollout.DualWrite.Ack == AckPolicy.Leader || !rollout.DualWrite.Enabled) return DualWriteOutcome.Pending;
        // What a lost silo may still be sending holds ours up for seconds. The change is stored, and is sent when that has ended.
        if (LeftOfForeignLease > LongestHold) return DualWriteOutcome.Partial;
        await _sending;
        if (_foreign is not null) await ConfrontNow(rollout);
        return Reached(version);
    }

    /// <summary>While changes keep arriving only the latest is sent; a failure leaves the rest to the repair pump.</summary>
    private async Task SendUntilQuiet()
    {
        try
        {
            await WaitForForeignLease(CancellationToken.None);
            long sent;
            do
            {
                // Who waited, or stood still, may have nothing left of it.
                if (LeaseRunsOut()) return;
                sent = _row.Version;
                try
                {
                    if (!await SendPending()) return;
                }
                // Whoever waits for it goes on with what it found, and a defect here would end all of them from now on.
                catch (Exception e)
                {
                    Note(sent, new LegacyAnswer.Unknown(LegacyTrouble.ConnectionLost, e.Message));
                    return;
                }

                CountAttempted(sent);
            }
            while (_row.Version > sent);
        }
        finally
        {
            CountAttempted(long.MaxValue);
        }
    }

    /// <summary>A dual write, by what its first attempt came to: one that was acknowledged before that is counted after it, or no gate would ever see both sides agree.</summary>
    private void Count(DualWriteMode mode, long version, DualWriteOutcome outcome, TimeSpan duration)
    {
        if (outcome == DualWriteOutcome.Pending && !_sending.IsCompleted) (_unattempted ??= new()).Enqueue((mode, version, duration));
        else instruments.OnWrite(mode, outcome == DualWriteOutcome.Pending ? Reached(version) : outcome, duration);
    }

    private void CountAttempted(long version)
    {
        while (_unattempted is { Count: > 0 } && _unattempted.Peek().Version <= version)
        {
            var (mode, written, duration) = _unattempted.Dequeue();
            instruments.OnWrite(mode, Reached(written), duration);
        }
    }

    private DualWriteOutcome Reached(long version) => _row.LegacyVersion >= version ? DualWriteOutcome.Success : DualWriteOutcome.Partial;

    /// <summary>The commit took so long that a request sent now might outlive its lease.</summary>
    private bool TooLate() => time.GetElapsedTime(_committingSince) > options.Value.SendWithin;

    /// <summary>The same of a send that has waited for an earlier one, for which its lease was longer.</summary>
    private bool LeaseRunsOut() => time.GetElapsedTime(_committingSince) > _sendLease - (options.Value.SendLease - options.Value.SendWithin);

    /// <summary>After a slow commit a fresh lease is taken, once; when that is slow too, or fails, the change waits for repair.</summary>
    private async Task<bool> StillLeased(RolloutState rollout)
    {
        if (!TooLate()) return true;
        try
        {
            await Commit(SessionRules.TakeLease(_row, NewMoment()), rollout, Lease(), null, CancellationToken.None);
        }
        catch (GaiaException)
        {
            // The change itself is stored and acknowledged; only its delivery is put off.
            return false;
        }

        return !TooLate();
    }

    /// <param name="seen">Legacy as it was read just before; null = it is read here if others write there.</param>
    private async Task<bool> SendPending(LegacyRead? seen = null)
    {
        var row = _row;
        _foreign = null;
        var started = time.GetTimestamp();
        var answer = legacy.OthersWrite ? await LookThenSend(row, seen) : await SendDocument(row.Document, Expected);
        if (answer is LegacyAnswer.Gone) answer = await Recreate(row);
        if (_foreign is null) instruments.OnLegacyWrite(row.Document is null ? "delete" : "put", answer, time.GetElapsedTime(started));
        Note(row.Version, answer);
        return answer is LegacyAnswer.Applied;
    }

    /// <summary>An intent of an earlier call, or of a dead activation, is rolled forward: sent again, never guessed from a read.</summary>
    private async Task SettleIntent(RolloutState rollout, CancellationToken cancellationToken)
    {
        await WaitForForeignLease(cancellationToken);
        if (legacy.OthersWrite && await ReadLegacyForWrite(cancellationToken) is var found && ChangedByOthers(found))
        {
            await Overtake(found, rollout, cancellationToken);
            return;
        }

        await Commit(SessionRules.TakeLease(_row, NewMoment()), rollout, Lease(), null, cancellationToken);
        await FulfilIntent(rollout, first: false, cancellationToken);
    }

    /// <summary>The same before another change. Of that change a refusal would be true; the request whose intent it is may have taken effect, or may yet.</summary>
    private async Task SettleIntent(Intent standing, WriteContext context, RolloutState rollout, CancellationToken cancellationToken)
    {
        try
        {
            await SettleIntent(rollout, cancellationToken);
        }
        catch (GaiaException e) when (e is LeadUnavailableException or StorageUnavailableException or OverloadedException or InvalidInputException && standing.IsOf(context))
        {
            throw new OutcomeUnknownException(Id, $"an earlier attempt of this request is not settled yet: {e.Message}");
        }
    }

    /// <param name="first">Nobody can have sent this intent before: a definite refusal takes it back. Afterwards legacy may hold it already.</param>
    private async Task FulfilIntent(RolloutState rollout, bool first, CancellationToken cancellationToken)
    {
        var intent = _row.Intent!;
        if (TooLate()) throw new OutcomeUnknownException(Id, "the database was too slow for the change to be sent at once");
        var started = time.GetTimestamp();
        var answer = await SendDocument(intent.Document, Expected);
        // What deleted it may be a delete of our own that was never acknowledged.
        if (answer is LegacyAnswer.Gone && !ConflictRules.ChangedByOthers(_row, LegacyRead.Absent))
            answer = FoundGoneTooLate(_row.Version) ? new LegacyAnswer.Failed(LegacyTrouble.TimedOut, "finding it gone took too long") : await SendDocument(intent.Document, exists: false);
        instruments.OnLegacyWrite(intent.Document is null ? "delete" : "put", answer, time.GetElapsedTime(started));
        switch (first ? answer : Judge(answer))
        {
            case LegacyAnswer.Applied applied:
                await CommitSent(SessionRules.Fulfil(_row, applied, rollout, NewMoment()), rollout, Remembered(intent), cancellationToken);
                return;
            case LegacyAnswer.Gone when !first:
                await Overtake(LegacyRead.Absent, rollout, cancellationToken);
                return;
            case LegacyAnswer.Gone when _row.Behind:
                await Undo(rollout, cancellationToken);
                throw DeletedThere(rollout);
            case LegacyAnswer.Gone:
                await CommitSent(SessionRules.Adopt(_row with { Intent = null }, LegacyRead.Absent, rollout, "write", NewMoment())!, rollout, null, cancellationToken);
                throw DeletedThere(rollout);
            case LegacyAnswer.Unknown unknown:
                Suspect(answer);
                if (unknown.Code != LegacyTrouble.ServerError) _row = _row with { RecentSends = SentMemory.NotAnswered(_row.RecentSends, _row.Version) };
                Show();
                Report(answer, "lead", _row.Version + 1);
                if (first) instruments.OnFailedWrite(rollout.DualWrite.Mode);
                throw new OutcomeUnknownException(Id, unknown.Reason);
            case LegacyAnswer.Failed failed when !first:
                throw new LeadUnavailableException(Side.Python, $"an earlier change is not settled yet: {failed.Reason}");
            case LegacyAnswer.Rejected rejected when !first:
                Report(answer, "lead", _row.Version + 1);
                await CommitSent(SessionRules.Impose(_row, rejected, rollout, NewMoment()), rollout, Remembered(intent), cancellationToken);
                return;
            default:
                Report(answer, "lead", _row.Version + 1);
                await CommitSent(SessionRules.Withdraw(_row, NewMoment()), rollout, null, cancellationToken);
                instruments.OnFailedWrite(rollout.DualWrite.Mode);
                throw new LeadUnavailableException(Side.Python, answer is LegacyAnswer.Rejected r ? $"it answered {r.Status}: {r.Body}" : ((LegacyAnswer.Failed)answer).Reason);
        }
    }

    private LeadUnavailableException DeletedThere(RolloutState rollout)
    {
        instruments.OnFailedWrite(rollout.DualWrite.Mode);
        return new(Side.Python, "the session was deleted there meanwhile; repeat the change on what you see now");
    }

    /// <summary>The commit after legacy has spoken. When it fails the intent still stands and will be rolled forward: nobody knows yet how it ends.</summary>
    private async Task CommitSent(SessionRow next, RolloutState rollout, KeyedOutcome? key, CancellationToken cancellationToken)
    {
        try
        {
            await Commit(next, rollout, null, key, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or OverloadedException or InvalidInputException)
        {
            throw new OutcomeUnknownException(Id, e.Message);
        }
    }

    /// <summary>Long enough for what must end before this send begins: a foreign lease, and a send of our own that is under way.</summary>
    private TimeSpan Lease()
    {
        var foreign = LeftOfForeignLease;
        var own = options.Value.SendLease;
        return own + (foreign > TimeSpan.Zero ? foreign : TimeSpan.Zero) + (_sending.IsCompleted ? TimeSpan.Zero : own);
    }

    private KeyedOutcome? Remembered(Intent intent) =>
        intent.Key is null ? null : new(intent.Key, intent.RequestHash!, intent.Status, _row.Version + 1, intent.At);

    // Never cancelled by the caller: once the first byte may have left, only an answer or the client's own timeout ends it.
    private Task<LegacyAnswer> SendDocument(SessionDocument? document, bool exists) => document is null
        ? legacy.Delete(Id, CancellationToken.None)
        : legacy.Put(Id, document, exists, CancellationToken.None);

    private async Task<LegacyRead> ReadLegacyForWrite(CancellationToken cancellationToken)
    {
        try
        {
            return await Look(cancellationToken);
        }
        catch (LegacyUnavailableException e)
        {
            // Without knowing what legacy has, neither mode can tell a create from a replace.
            throw new LeadUnavailableException(Side.Python, e.Message);
        }
    }

    /// <summary>A dead activation's request may still be on its way; its lease on the store's clock says until when.</summary>
    private async Task WaitForForeignLease(CancellationToken cancellationToken)
    {
        if (_foreignLease <= TimeSpan.Zero) return;
        if (LeftOfForeignLease is var left && left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken);
        _foreignLease = TimeSpan.Zero;
    }
}
