using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>The half of the grain that meets other people's changes: finds them, settles them by strategy, and carries out what operators decide.</summary>
public sealed partial class SessionGrain
{
    public async Task<SessionSettlement> Resolve(ConflictResolution resolution, CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        // It decides about the session as it is, and a change that may be on its way is part of that.
        if (_row.Intent is not null) await SettleIntent(rollout, cancellationToken);
        await Reload(cancellationToken);
        var whole = ConflictRules.OpenFields(_row).Contains(ConflictRules.Whole);
        var found = whole && resolution.Strategy is ConflictStrategy.PythonLeads or ConflictStrategy.Latest ? await Look(cancellationToken) : null;
        var fields = resolution.Fields ?? [.. ConflictRules.OpenFields(_row)];
        var next = ConflictRules.Decide(_row, resolution, found, rollout, NewMoment());
        // It would be sent, again and again if need be, over what clients write there.
        if (next.Pending && SessionSyncRule.Refusal(rollout) is { } refusal) throw refusal;
        return await Settle(next, fields, rollout, cancellationToken);
    }

    public async Task<SessionSettlement> DecideAside(long conflictId, ConflictStrategy strategy, Caller caller, CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        if (_row.Intent is not null) await SettleIntent(rollout, cancellationToken);
        await _sending;
        if (await store.FindConflict(conflictId, cancellationToken) is not { Resolved: false } line || line.SessionId != Id || !SetAside.Is(line.Field)) throw new AlreadyResolvedException(Id);
        // A member may be called anything.
        if (ConflictRules.OpenFields(_row).Contains(line.Field)) return await Resolve(new([line.Field], strategy, null, caller), cancellationToken);
        var found = SessionRules.NeedsAdoption(_row, rollout) ? await Look(cancellationToken) : null;
        if (found is not null && SessionRules.Feeds(rollout)) await AdoptFrom(found, "session", rollout, cancellationToken);
        var next = SetAside.Decide(_row, line, found is null ? _row.Document : found.Document, strategy, caller, rollout, NewMoment());
        if (next.Version > _row.Version && SessionSyncRule.Refusal(rollout) is { } refusal) throw refusal;
        return await Settle(next, [line.Field], rollout, cancellationToken);
    }

    public async Task<SessionSettlement> Sync(Side source, Caller caller, CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        if (source == Side.Go && SessionSyncRule.Refusal(rollout) is { } refusal) throw refusal;
        if (_row.Intent is not null) await SettleIntent(rollout, cancellationToken);
        await _sending;
        // A request of ours that is still on its way would undo what is forced now.
        await WaitForForeignLease(cancellationToken);
        var found = await Look(cancellationToken);
        // What the cluster had before is nobody's side any more.
        if (SessionRules.NeedsAdoption(_row, rollout) && SessionRules.Feeds(rollout)) await AdoptFrom(found, "session", rollout, cancellationToken);
        if (source == Side.Go ? _row.Version == 0 : found.Document is null && !_row.Live) throw new UnknownSessionException(Id);
        var moment = NewMoment();
        var differences = ConflictRules.Differences(_row, found, rules, moment.Now);
        if (differences.Count == 0 && _row.InSync) return new(SessionSettlement.Synced, _row.Version, []);
        return await Settle(ConflictRules.Force(_row, found, source, differences, caller, rollout, moment), [.. differences.Select(d => d.Field)], rollout, cancellationToken);
    }

    public async Task<SessionMend> Mend(MendScope scope, bool absenceConfirmed, CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        if (SessionSyncRule.Refusal(rollout) is { } refusal) throw refusal;
        if (_row.Intent is not null) await SettleIntent(rollout, cancellationToken);
        await Reload(cancellationToken);
        if (_row.Pending)
        {
            await WaitForForeignLease(cancellationToken);
            await SendAgain(rollout, cancellationToken);
        }

        // What legacy shows may not be its last word yet.
        await SettleLate(rollout, cancellationToken);
        if (MayComeLate) return new(SessionMend.Pending, _row.Version);
        var found = await Look(cancellationToken);
        var moment = NewMoment();
        var (status, next) = MendRules.Mend(_row, found, ConflictRules.Differences(_row, found, rules, moment.Now), scope, absenceConfirmed, rollout, moment);
        if (next is not null) await Settle(next, [], rollout, cancellationToken);
        if (next is not null && status == SessionMend.Adopted) instruments.OnAdopted("run");
        return new(_row.Pending ? SessionMend.Pending : status, _row.Version);
    }

    /// <summary>Commits what was decided, and sends it where legacy lacks it.</summary>
    private async Task<SessionSettlement> Settle(SessionRow next, string[] fields, RolloutState rollout, CancellationToken cancellationToken)
    {
        _foreign = null;
        await WaitForForeignLease(cancellationToken);
        await Commit(next, rollout, next.Pending ? Lease() : null, null, cancellationToken);
        if (_row.Pending && rollout.FeedsLegacy && !TooLate()) await (_sending = SendUntilQuiet());
        if (_foreign is not null) await ConfrontNow(rollout);
        return new(_row.InSync ? SessionSettlement.Synced : _row.Disputed ? SessionSettlement.Conflicts : SessionSettlement.Pending, _row.Version, fields);
    }

    /// <summary>
    /// In python_leads mode a change builds on what legacy has: what is under way comes first, for its answer is part of what the change is decided
    /// by, and what others wrote there is read only then, for nothing must lie between reading and sending that need not.
    /// </summary>
    private async Task PrepareToLead(ChangeKind kind, RolloutState rollout, CancellationToken cancellationToken)
    {
        await WaitForForeignLease(cancellationToken);
        await _sending;
        // Of a session in conflict only a delete goes to legacy.
        if (!legacy.OthersWrite || _row.Version == 0 || (_row.Conflict is not null && kind != ChangeKind.Delete) || SessionRules.NeedsAdoption(_row, rollout)) return;
        while (await ReadLegacyForWrite(cancellationToken) is var found && ChangedByOthers(found))
        {
            if (_row.InSync)
            {
                if (SessionRules.Adopt(_row, found, rollout, "write", NewMoment()) is { } next) await Commit(next, rollout, null, null, cancellationToken);
                return;
            }

            // What that sends may take its time, or fail.
            await Settle(_row, found, null, rollout, cancellationToken);
            if (_row.InSync) return;
        }
    }

    private bool ChangedByOthers(LegacyRead found) => ChangedByOthers(_row, found);

    private bool ChangedByOthers(SessionRow row, LegacyRead found) =>
        ConflictRules.ChangedByOthers(row, found) && ConflictRules.Differences(row, found, rules, default).Count > 0 && !ConflictRules.OnlyRespelled(row, found, rules);

    private async Task<LegacyAnswer> LookThenSend(SessionRow row, LegacyRead? seen)
    {
        try
        {
            seen ??= await Look(CancellationToken.None);
        }
        catch (LegacyUnavailableException e)
        {
            return new LegacyAnswer.Failed(LegacyTrouble.Unavailable, e.Message);
        }

        if (ChangedByOthers(row, seen)) return Foreign(seen);
        // The lease was taken for the write; a slow read has used it up.
        return TooLate() ? new LegacyAnswer.Failed(LegacyTrouble.TimedOut, "reading it first took too long") : await SendDocument(row.Document, seen.Document is not null);
    }

    /// <summary>The session to be replaced is gone from legacy. Unless a delete of our own came late, somebody else deleted it.</summary>
    private async Task<LegacyAnswer> Recreate(SessionRow row)
    {
        if (ConflictRules.ChangedByOthers(row, LegacyRead.Absent)) return Foreign(LegacyRead.Absent);
        return FoundGoneTooLate(row.Version) ? new LegacyAnswer.Gone() : await SendDocument(row.Document, exists: false);
    }

    private LegacyAnswer.Failed Foreign(LegacyRead found)
    {
        _foreign = found;
        return new("changed_there", "somebody else changed it there");
    }

    /// <summary>One more attempt at what legacy lacks. Read before the lease is taken, so that a slow read costs nothing of it.</summary>
    private async Task SendAgain(RolloutState rollout, CancellationToken cancellationToken)
    {
        _foreign = null;
        LegacyRead? seen = null;
        if (legacy.OthersWrite)
        {
            try
            {
                seen = await Look(cancellationToken);
            }
            catch (LegacyUnavailableException e)
            {
                Note(_row.Version, new LegacyAnswer.Failed(LegacyTrouble.Unavailable, e.Message));
                return;
            }
        }

        if (seen is not null && ChangedByOthers(seen))
        {
            _foreign = seen;
        }
        else
        {
            await Commit(SessionRules.TakeLease(_row, NewMoment()), rollout, Lease(), null, cancellationToken);
            if (!TooLate()) await SendPending(seen);
        }

        if (_foreign is not null) await Confront(rollout);
    }

    /// <summary>After the change itself is stored and acknowledged: what cannot be settled at once is for repair.</summary>
    private async Task ConfrontNow(RolloutState rollout)
    {
        try
        {
            await Confront(rollout);
        }
        catch (GaiaException)
        {
            // Storage refused or did not say: the change is pending, and repair meets the other one again.
        }
    }

    private async Task Confront(RolloutState rollout)
    {
        var found = _foreign!;
        _foreign = null;
        await Settle(_row, found, null, rollout, CancellationToken.None);
    }

    /// <summary>An intent that may have been sent before somebody else's change: it has happened, and is a pending change that met another.</summary>
    private Task Overtake(LegacyRead found, RolloutState rollout, CancellationToken cancellationToken) =>
        SettleOrUnknown(SessionRules.Promote(_row, rollout, NewMoment()), found, Remembered(_row.Intent!), rollout, cancellationToken);

    /// <summary>Legacy has not taken the intent, for the session was deleted there: as if it had never been asked. What it lacked before has met that deletion.</summary>
    private Task Undo(RolloutState rollout, CancellationToken cancellationToken) =>
        SettleOrUnknown(SessionRules.Withdraw(_row, NewMoment()), LegacyRead.Absent, null, rollout, cancellationToken);

    private async Task SettleOrUnknown(SessionRow row, LegacyRead found, KeyedOutcome? key, RolloutState rollout, CancellationToken cancellationToken)
    {
        try
        {
            await Settle(row, found, key, rollout, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or OverloadedException or InvalidInputException)
        {
            // The intent still stands and will be rolled forward.
            throw new OutcomeUnknownException(Id, e.Message);
        }
    }

    private async Task Settle(SessionRow row, LegacyRead found, KeyedOutcome? key, RolloutState rollout, CancellationToken cancellationToken)
    {
        var moment = NewMoment();
        var differences = ConflictRules.Differences(row, found, rules, moment.Now);
        var next = ConflictRules.Confront(row, found, differences, rollout, moment);
        await Commit(next, rollout, next.Pending ? Lease() : null, key, cancellationToken);
        instruments.OnConflict(next.Conflict is null ? "resolved" : "open", differences.Count);
        if (_row.Pending && !TooLate()) await SendPending();
    }
}
