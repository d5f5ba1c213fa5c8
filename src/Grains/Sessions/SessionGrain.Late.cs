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
    // In memory: what comes late after the activation is gone is found by verify, or sent over by the next change.
    private long _lateUntil;

    // While an intent stands legacy leads, and may have shown what it was asked for.
    private bool MayComeLate => _lateUntil != 0 && _row.Intent is null && time.GetTimestamp() < _lateUntil;

    private bool LateIsDue => _lateUntil != 0 && _row.InSync && time.GetTimestamp() >= _lateUntil;

    // What was answered, whatever the answer, is over there.
    private void Suspect(LegacyAnswer answer)
    {
        if (answer is LegacyAnswer.Unknown { Code: not LegacyTrouble.ServerError }) ExpectLate();
    }

    private void ExpectLate() => _lateUntil = time.GetTimestamp() + (long)(options.Value.LateRequests.TotalSeconds * time.TimestampFrequency);

    private async Task LookForLate(RolloutState rollout, CancellationToken cancellationToken)
    {
        LegacyRead found;
        try
        {
            found = await legacy.Get(Id, cancellationToken);
        }
        catch (LegacyUnavailableException)
        {
            ExpectLate();
            return;
        }

        _lateUntil = 0;
        if (!_row.InSync || found.Hash == _row.LegacyHash) return;
        // What somebody else wrote there is for those who look for such.
        if (legacy.OthersWrite && ConflictRules.ChangedByOthers(_row, found)) return;
        if (ConflictRules.Differences(_row, found, rules, default).Count == 0) return;
        try
        {
            await Settle(SessionRules.SendAgain(_row, found, rollout, NewMoment()), [], rollout, cancellationToken);
        }
        catch (GaiaException)
        {
            // Storage refused or did not say. Nobody fails to read for that: the target serves the session, and a later read looks again.
            ExpectLate();
        }
    }
}
