using GaiaOrleans.Grains.Conflicts;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What the store has of the session, taken over at first, and looked at again where memory may have fallen behind.</summary>
public sealed partial class SessionGrain
{
    private void Inherit(LoadedSession loaded)
    {
        // Not before: what was left of a lease when it was read must not be spent on waiting for the answer.
        _loadedAt = time.GetTimestamp();
        _foreignLease = loaded.LeaseLeft is { Ticks: > 0 } left ? left : TimeSpan.Zero;
        _row = loaded.Row;
        InheritLate(loaded.LeaseLeft);
        _row = _row with { Inherited = true };
        Show();
    }

    /// <summary>The stored document is the truth, also when it was changed past every commit.</summary>
    private async Task Reload(CancellationToken cancellationToken)
    {
        await _sending;
        var loaded = await store.Load(Id, cancellationToken);
        var stored = loaded.Row;
        if (stored.CommitId == _row.CommitId && (stored.LegacyVersion > _row.LegacyVersion || Refused(stored))) Inherit(loaded);
        else if (stored.CommitId == _row.CommitId) _row = _row with { Document = stored.Document, DeletedAt = stored.DeletedAt };
        else if (stored.Version == 0) _row = stored;
        else throw Superseded();
        Show();
    }

    /// <summary>Legacy's refusal of what this activation takes to be on its way: stored after it was loaded, by the silo that had the session before.</summary>
    private bool Refused(SessionRow stored) => stored.Rejected is not null && _row.Rejected is null && stored.LegacyVersion == _row.LegacyVersion;

    /// <summary>What legacy answered to the silo that had the session before may have been stored after it was read here.</summary>
    private async Task Learn(CancellationToken cancellationToken)
    {
        await _sending;
        var loaded = await store.Load(Id, cancellationToken);
        if (loaded.Row.CommitId != _row.CommitId) throw Superseded();
        if (loaded.Row.LegacyVersion > _row.LegacyVersion) Inherit(loaded);
    }

    /// <summary>Whoever took this session for one to be repaired saw something else in the store: legacy's answer was lost on its way there, or the row has moved on.</summary>
    private async Task Recall(CancellationToken cancellationToken)
    {
        var loaded = await store.Load(Id, cancellationToken);
        var stored = loaded.Row;
        if (stored.CommitId != _row.CommitId) throw Superseded();
        // It is this activation that has not heard of an answer.
        if (stored.LegacyVersion > _row.LegacyVersion)
        {
            Inherit(loaded);
            return;
        }

        // Once the migration is complete nothing is sent that is still pending: the row rests for as long as it was claimed, and is not due again at once.
        var rests = _row.Pending ? stored.NextAttemptAt : _row.NextAttemptAt;
        store.Acknowledge(_row with { NextAttemptAt = rests, LateFor = LateLeft, Log = _row.Rejected is { } rejected && stored.Rejected is null ? [ConflictRules.Refusal(_row, rejected)] : [] });
    }

    /// <summary>The next call starts from what is stored.</summary>
    private void GiveUp()
    {
        Withdraw();
        DeactivateOnIdle();
    }

    /// <summary>Readers are shown nothing from here on: another activation may speak for the session any moment.</summary>
    private void Withdraw()
    {
        _withdrawn = true;
        _presence.Held = null;
    }

    private InconsistentStateException Superseded()
    {
        GiveUp();
        return new($"Session '{Id}' was changed by another activation.");
    }
}
