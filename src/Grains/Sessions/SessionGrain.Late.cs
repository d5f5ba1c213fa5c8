using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// Requests of ours that may still arrive. Legacy compares no versions, and one that it did not answer in time it may carry out after later ones: as
/// long as that is to be expected the target alone serves the session, and then legacy is looked at once.
/// </summary>
public sealed partial class SessionGrain
{
    private long _lateUntil;

    // Stored with every commit and answer, so that whoever has the session next goes on with it.
    private TimeSpan? LateLeft => _lateUntil == 0 ? null : time.GetTimestamp() is var now && now < _lateUntil ? time.GetElapsedTime(now, _lateUntil) : TimeSpan.Zero;

    private bool MayComeLate => new HeldSession(_row, _lateUntil, _incarnation).MayComeLate(time.GetTimestamp());

    private bool LateIsDue => new HeldSession(_row, _lateUntil, _incarnation).LateIsDue(time.GetTimestamp());

    private bool LateIsOpen => new HeldSession(_row, _lateUntil, _incarnation).LateIsOpen(time.GetTimestamp());

    // What was answered, whatever the answer, is over there.
    private void Suspect(LegacyAnswer answer)
    {
        if (answer is LegacyAnswer.Unknown { Code: not LegacyTrouble.ServerError }) ExpectLate();
    }

    private void ExpectLate() => ExpectLate(options.Value.LateRequests);

    private void ExpectLate(TimeSpan length) => _lateUntil = time.GetTimestamp() + (long)(length.TotalSeconds * time.TimestampFrequency);

    /// <param name="lease">What was sent under one that was never given back has not been answered, for all that anybody knows.</param>
    private void InheritLate(TimeSpan? lease)
    {
        var (stored, unanswered) = (_row.LateFor, lease + options.Value.LateRequests);
        if (unanswered > TimeSpan.Zero && (stored is null || stored < unanswered)) stored = unanswered;
        if (stored is { } length) ExpectLate(length > TimeSpan.Zero ? length : TimeSpan.Zero);
        // Of earlier ones the row says it itself, by the commit that came after them.
        var mayCome = lease is not null || stored is not null;
        _row = _row with { LateFor = LateLeft, RecentSends = mayCome ? SentMemory.NotAnswered(_row.RecentSends, _row.Version - 1) : _row.RecentSends };
    }

    private void NoteAnswer()
    {
        store.Acknowledge(_row with { LateFor = LateLeft });
        Show();
    }

    private async Task SettleLate(RolloutState rollout, CancellationToken cancellationToken)
    {
        if (!LateIsDue) return;
        if (SessionRules.Feeds(rollout) && !SessionRules.NeedsAdoption(_row, rollout))
        {
            await LookForLate(rollout, cancellationToken);
            return;
        }

        _lateUntil = 0;
        Show();
    }

    private async Task LookForLate(RolloutState rollout, CancellationToken cancellationToken)
    {
        LegacyRead found;
        try
        {
            found = await Look(cancellationToken);
        }
        catch (LegacyUnavailableException)
        {
            ExpectLate();
            NoteAnswer();
            return;
        }

        var due = _lateUntil;
        try
        {
            // Until the state is stored once more whoever reads is told to look, and waits for this.
            if (CameLate(found)) await Settle(SessionRules.SendAgain(_row, found, rollout, NewMoment()), [], rollout, cancellationToken);
            if (_lateUntil != due) return;
            _lateUntil = 0;
            NoteAnswer();
        }
        catch (GaiaException)
        {
            // Storage refused or did not say. Nobody fails to read for that: the target serves the session, and is asked to look again.
            ExpectLate();
            NoteAnswer();
        }
    }

    // What somebody else wrote there is for those who look for such.
    private bool CameLate(LegacyRead found) =>
        _row.InSync && found.Hash != _row.LegacyHash && !(legacy.OthersWrite && ConflictRules.ChangedByOthers(_row, found)) && ConflictRules.Differences(_row, found, rules, default).Count > 0;
}
