using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>Loads, asks the rules, commits, sends, acknowledges. No commit, no send; no answer ahead of storage.</summary>
[GrainType("gaia.session")]
public sealed partial class SessionGrain(
    ISessionStore store,
    ILegacySessions legacy,
    SiloLease lease,
    DeadSiloLeases deadSilos,
    PresentSessions present,
    SessionInstruments instruments,
    DiffRules rules,
    TimeProvider time,
    IOptions<SessionOptions> options,
    IOptions<RetentionOptions> retention,
    ILocalSiloDetails silo,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain
{
    private readonly PresentSession _presence = new();
    private SessionRow _row = null!;
    private Task _sending = Task.CompletedTask;

    /// <summary>What the last send found instead of what legacy showed before. Settled by a call that has the session to itself.</summary>
    private LegacyRead? _foreign;
    private TimeSpan _foreignLease;
    private long _loadedAt;
    private long _committingSince;
    private TimeSpan _sendLease;
    private long _membershipVersion;
    private long _incarnation;
    private bool _succeeded;
    private bool _withdrawn;

    private string Id => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Known before the row is read: one that a restore has changed since is then not taken for the new incarnation's.
        _incarnation = lease.Known(0)?.Incarnation ?? 0;
        try
        {
            // First: whoever has it may change it until it has let go, and be gone by the time it is asked.
            await present.Claim(Id, _presence);
            var loaded = await store.Load(Id, cancellationToken);
            _membershipVersion = loaded.MembershipVersion;
            Inherit(loaded);
            // One that nobody waits for any more is not told when its successor comes.
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            present.Leave(Id, _presence);
            throw;
        }
    }

    // A send that is under way ends before the activation does, so that the next one finds its lease free or its outcome stored.
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Withdraw();
        try
        {
            await _sending.WaitAsync(cancellationToken);
        }
        finally
        {
            present.Leave(Id, _presence);
        }
    }

    public ValueTask<SessionSnapshot> Read(long epoch)
    {
        _presence.UsedAt = time.GetTimestamp();
        var held = lease.AtLeast(epoch, CancellationToken.None);
        return held.IsCompletedSuccessfully ? new(Snapshot(held.Result)) : Renewed(held);

        async ValueTask<SessionSnapshot> Renewed(ValueTask<RolloutState> renewal) => Snapshot(await renewal);
    }

    public async Task<SessionSnapshot> Adopt(long epoch, CancellationToken cancellationToken)
    {
        var rollout = await lease.AtLeast(epoch, cancellationToken);
        if (SessionRules.IsOutdated(_row, rollout)) await Learn(cancellationToken);
        if (SessionRules.NeedsAdoption(_row, rollout)) await AdoptFrom(await Look(cancellationToken), "read", rollout, cancellationToken);
        else if (LateIsDue && SessionRules.Feeds(rollout)) await LookForLate(rollout, cancellationToken);
        // Legacy was just asked: what is absent now is absent.
        return Snapshot(rollout) with { NeedsAdoption = false };
    }

    public async Task<WriteOutcome> Write(SessionChange change, WriteContext context, CancellationToken cancellationToken)
    {
        var rollout = await lease.At(context.Epoch, cancellationToken);
        if (rollout.DualWrite.Closing) throw new ClosingException();
        context = RequestKey.Keyed(context, lease.StoreNow);
        if (_row.Intent is { } standing) await SettleIntent(standing, context, rollout, cancellationToken);
        var pythonLeads = SessionRules.Lead(rollout) == Side.Python;
        // Before legacy is asked for anything, which may not answer; otherwise the commit itself looks for the key.
        if (pythonLeads || SessionRules.NeedsAdoption(_row, rollout)) await LearnKey(context.IdempotencyKey, cancellationToken);
        if (pythonLeads) await PrepareToLead(change.Kind, rollout, cancellationToken);

        // Legacy may refuse what is being sent while this change is stored, and that refusal is not known to it.
        if (!_sending.IsCompleted) _row = _row with { Inherited = true };
        var started = time.GetTimestamp();
        var decision = await Decide(change, context, rollout, legacyRead: false, cancellationToken);
        if (decision is Decision.AdoptFirst)
        {
            await AdoptFrom(await ReadLegacyForWrite(cancellationToken), "write", rollout, cancellationToken);
            decision = await Decide(change, context, rollout, legacyRead: true, cancellationToken);
        }

        switch (decision)
        {
            case Decision.Replay replay:
                return Answer(replay.Stored.Status, replay.Stored.Version, Reached(replay.Stored.Version), rollout) with { Replayed = context.IdempotencyKey is { } key && !RequestKey.IsOwn(key) };
            case Decision.CommitThenSend(var next, var status):
                if (!await OrFailed(CommitUnlessKnown(next, rollout, next.Keys.LastOrDefault(k => k.Key == context.IdempotencyKey), cancellationToken), rollout)) return await Write(change, context, cancellationToken);
                var outcome = await Follow(rollout);
                if (rollout.DualWrite.Enabled) Count(rollout.DualWrite.Mode, next.Version, outcome, time.GetElapsedTime(started));
                return Answer(status, _row.Version, outcome, rollout);
            case Decision.IntendThenSend(var intended, var status):
                await OrFailed(Stored(intended, rollout, Lease(), null, keyMayBeKnown: false, cancellationToken), rollout);
                await FulfilIntent(rollout, first: true, cancellationToken);
                instruments.OnWrite(rollout.DualWrite.Mode, DualWriteOutcome.Success, time.GetElapsedTime(started));
                return Answer(status, _row.Version, DualWriteOutcome.Success, rollout);
            default:
                throw new InvalidOperationException($"Decision {decision} is not carried out.");
        }
    }

    /// <summary>A client's write that the store did not take is a dual write that failed. What a repair, an operator or a lease that is taken anew meets there is none.</summary>
    private async Task<bool> OrFailed(Task<bool> committing, RolloutState rollout)
    {
        try
        {
            return await committing;
        }
        catch (StorageUnavailableException) when (rollout.DualWrite.Enabled)
        {
            instruments.OnFailedWrite(rollout.DualWrite.Mode);
            throw;
        }
    }

    /// <summary>Nobody is refused, or told of an earlier change, by what is known here once somebody else speaks for the session.</summary>
    private async ValueTask<Decision> Decide(SessionChange change, WriteContext context, RolloutState rollout, bool legacyRead, CancellationToken cancellationToken)
    {
        if (_presence.Released) throw Superseded();
        try
        {
            return SessionRules.Decide(_row, change, context, rollout, legacyRead, NewMoment());
        }
        // What was done once may well be refused now: its key tells.
        catch (GaiaException) when (MayHaveForgotten(context.IdempotencyKey))
        {
            await LearnKey(context.IdempotencyKey, cancellationToken);
            return _presence.Released ? throw Superseded() : SessionRules.Decide(_row, change, context, rollout, legacyRead, NewMoment());
        }
    }

    public async Task<SessionMigration> Migrate(byte[]? hint, bool release, long hintGeneration, CancellationToken cancellationToken)
    {
        if (release) GiveUp();
        var rollout = await lease.Current(cancellationToken);
        if (!SessionRules.NeedsAdoption(_row, rollout)) return new(_row.Live ? SessionMigration.AlreadyMigrated : SessionMigration.Skipped, _row.Version);
        var found = hint is null || hintGeneration != rollout.Generation ? await Look(exists: true, cancellationToken) : legacy.Understand(Id, hint);
        await AdoptFrom(found, hint is null ? "session" : "run", rollout, cancellationToken);
        return _row.Live ? new(SessionMigration.Migrated, _row.Version) : new(SessionMigration.Skipped, _row.Version, "deleted");
    }

    public async Task<bool> Repair(CancellationToken cancellationToken)
    {
        var rollout = await lease.Current(cancellationToken);
        if (_row.Intent is not null)
        {
            await SettleIntent(rollout, cancellationToken);
            return !_row.Pending;
        }

        await _sending;
        if (_row.Pending && SessionRules.Feeds(rollout))
        {
            await WaitForForeignLease(cancellationToken);
            await SendAgain(rollout, cancellationToken);
        }
        else
        {
            await SettleLate(rollout, cancellationToken);
            await Recall(cancellationToken);
        }

        return !_row.Pending;
    }

    public async Task<SessionComparison> Compare(bool reload, CancellationToken cancellationToken)
    {
        if (reload) await Reload(cancellationToken);
        // Before legacy is asked: what it showed in one generation must not be adopted in the next, for clients may have written there in between.
        var rollout = reload ? await lease.Current(cancellationToken) : null;
        LegacyRead found;
        try
        {
            found = await Look(exists: true, cancellationToken);
        }
        catch (LegacyUnavailableException e)
        {
            return new(SessionComparison.Unverified, _row.Version, null, _row.Document?.Utf8, [], e.Message);
        }

        // A row of before dual-write was off says nothing of the session, which legacy has served since then: it is read anew, as by any other read.
        if (rollout is not null && _row.Version > 0 && SessionRules.NeedsAdoption(_row, rollout)) await AdoptFrom(found, "run", rollout, cancellationToken);
        var result = SessionComparer.Compare(_row, found, rules);
        instruments.OnNoise(result.Noise);
        // What legacy shows may be a request that came late, and not its last word: until it was looked at, and not only while one may come.
        return LateIsOpen && result.Comparison.Status == SessionComparison.Different ? result.Comparison with { Status = SessionComparison.Pending, Differences = [] } : result.Comparison;
    }

    public async Task<SessionInspection> Inspect(CancellationToken cancellationToken) => new(
        await Compare(false, cancellationToken), _row.LegacyVersion, _row.Pending, _row.PendingSince, _row.Attempts, _row.NextAttemptAt, _row.Rejected?.Body,
        _row.Generation, _row.Intent is not null, _row.MigratedAt, _row.MigratedFrom, _row.LeaseOwner,
        [.. ConflictRules.OpenFields(_row)], _row.Behind || MayComeLate);

    private SessionSnapshot Snapshot(RolloutState rollout)
    {
        // A new incarnation changes rows past their activations.
        if (_incarnation == 0)
        {
            _incarnation = rollout.Incarnation;
            Show();
        }

        if (_incarnation != rollout.Incarnation) throw Superseded();
        // A reader may have waited for the lease meanwhile, and a successor may have changed the session since this one began to end, or was released.
        return _presence.Held is { } held ? held.Show(rollout, time.GetTimestamp()) : throw new InconsistentStateException($"This activation of session '{Id}' is ending.");
    }

    /// <summary>From here on readers see what is held now: said once for everything that changes together. Not by an activation that is ending.</summary>
    private void Show()
    {
        if (!_withdrawn) _presence.Held = new(_row, _lateUntil, _incarnation);
    }

    private WriteOutcome Answer(int status, long version, DualWriteOutcome outcome, RolloutState rollout) =>
        new(status, version, _row.Document?.Utf8 ?? [], rollout.DualWrite.Enabled ? outcome : DualWriteOutcome.Off, false, SessionRules.Lead(rollout));

    private bool MayHaveForgotten(string? key) => key is not null && _row.KeysTruncated && _row.Keys.All(k => k.Key != key);

    private async Task LearnKey(string? key, CancellationToken cancellationToken)
    {
        if (!MayHaveForgotten(key)) return;
        if (await store.FindKey(Id, key!, cancellationToken) is { } known) _row = _row with { Keys = _row.Keys.Insert(0, known) };
    }

    private async Task AdoptFrom(LegacyRead found, string from, RolloutState rollout, CancellationToken cancellationToken)
    {
        if (SessionRules.Adopt(_row, found, rollout, from, NewMoment()) is not { } next) return;
        await Commit(next, rollout, null, null, cancellationToken);
        instruments.OnAdopted(from);
        foreach (var misfit in found.Misfits) store.ReportInvalid(ValidationError.Of(Id, misfit, next.Version));
    }

    private Moment NewMoment() => new(SessionTimestamp.Cut(time.GetUtcNow()), Guid.CreateVersion7(), silo.Name, options.Value.SendLease) { KeyLife = retention.Value.Keys, LongestDocument = options.Value.MaxDocumentBytes, Stamped = legacy.Stamped, IdMember = legacy.KnownIdMember, StoreNow = lease.StoreNow };
}
