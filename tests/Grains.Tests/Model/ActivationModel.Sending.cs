using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>The legacy half: in the background where the acknowledgement policy does not wait, and always one request at a time.</summary>
internal sealed partial class ActivationModel
{
    public void Repair()
    {
        var rollout = _world.Store.Rollout;
        if (_row.Intent is not null)
        {
            SettleIntent(rollout);
            return;
        }

        WaitForSending();
        if (_row.Pending && rollout.FeedsLegacy)
        {
            WaitForForeignLease();
            Commit(SessionRules.TakeLease(_row, NewMoment()), rollout, Lease(), null);
            _world.Corners.Visit("repaired");
            CrashIf(CrashPoint.AfterCommit);
            _sending = true;
            SendPending(untilQuiet: false);
            WaitForSending();
        }
        else if (_row.InSync)
        {
            _world.Store.Acknowledge(_row);
        }
    }

    public void WaitForSending()
    {
        _world.Events.Until(() => !_sending || Dead);
        if (Dead) throw new CrashedException();
    }

    private void Follow(RolloutState rollout)
    {
        if (!rollout.FeedsLegacy) return;
        if (!_sending)
        {
            _sending = true;
            _world.Events.After(ForeignLeaseLeft(), () => SendPending(untilQuiet: true));
        }

        if (_world.Weather.Crash == CrashPoint.InFlight)
        {
            _world.Events.Pass(TimeSpan.Zero);
            CrashIf(CrashPoint.InFlight);
        }

        if (rollout.DualWrite.Ack == AckPolicy.Both && rollout.DualWrite.Enabled) WaitForSending();
    }

    private void SendPending(bool untilQuiet)
    {
        if (Dead) return;
        var row = _row;
        var crash = _world.Weather.Crash;
        _world.Ship(new(Id, row.Document, row.Version, row.Keys.LastOrDefault(k => k.Version == row.Version)?.Key, _world.Weather.Fate), answer =>
        {
            if (Dead) _world.Corners.Visit("late arrival");
            if (Dead) return;
            if (crash == CrashPoint.AfterAnswer)
            {
                _world.Corners.Visit("crash after answer");
                Die();
                return;
            }

            _row = SessionRules.Acknowledge(_row, row.Version, answer, _world.Events.Now, 0.5);
            _world.Store.Acknowledge(_row);
            if (answer is LegacyAnswer.Rejected) _world.Corners.Visit("rejected");
            _sending = untilQuiet && answer is LegacyAnswer.Applied && _row.Version > row.Version;
            if (!_sending) return;
            _world.Corners.Visit("coalesced");
            SendPending(untilQuiet);
        });
    }

    private void SettleIntent(RolloutState rollout)
    {
        WaitForForeignLease();
        Commit(SessionRules.TakeLease(_row, NewMoment()), rollout, Lease(), null);
        CrashIf(CrashPoint.AfterCommit);
        FulfilIntent(rollout, first: false);
        _world.Corners.Visit("intent rolled forward");
    }

    private void FulfilIntent(RolloutState rollout, bool first)
    {
        var intent = _row.Intent!;
        LegacyAnswer? answer = null;
        _world.Ship(new(Id, intent.Document, _row.Version + 1, intent.Key, _world.Weather.Fate), a =>
        {
            if (Dead) _world.Corners.Visit("late arrival");
            answer = a;
        });
        CrashIf(CrashPoint.InFlight);
        _world.Events.Until(() => answer is not null);
        CrashIf(CrashPoint.AfterAnswer);
        switch (answer)
        {
            case LegacyAnswer.Applied applied:
                var key = intent.Key is null ? null : new KeyedOutcome(intent.Key, intent.RequestHash!, intent.Status, _row.Version + 1, intent.At);
                CommitSent(SessionRules.Fulfil(_row, applied, rollout, NewMoment()), rollout, key);
                _world.Corners.Visit("intent fulfilled");
                return;
            case LegacyAnswer.Unknown:
                throw new OutcomeUnknownException(Id, "no answer");
            case LegacyAnswer.Failed when !first:
                throw new LeadUnavailableException(Side.Python, "an earlier change is not settled yet");
            case LegacyAnswer.Rejected rejected when !first:
                CommitSent(SessionRules.Impose(_row, rejected, rollout, NewMoment()), rollout, intent.Key is null ? null : new(intent.Key, intent.RequestHash!, intent.Status, _row.Version + 1, intent.At));
                return;
            default:
                CommitSent(SessionRules.Withdraw(_row, NewMoment()), rollout, null);
                _world.Corners.Visit("intent withdrawn");
                throw new LeadUnavailableException(Side.Python, "refused");
        }
    }

    private void CommitSent(SessionRow next, RolloutState rollout, KeyedOutcome? key)
    {
        try
        {
            Commit(next, rollout, null, key);
        }
        catch (Contracts.Problems.StorageUnavailableException)
        {
            throw new OutcomeUnknownException(Id, "no commit");
        }
    }

    private void WaitForForeignLease()
    {
        var left = ForeignLeaseLeft();
        if (left <= TimeSpan.Zero) return;
        _world.Corners.Visit("waited for a lease");
        _world.Events.Pass(left);
    }

    private TimeSpan Lease() => SendLease + ForeignLeaseLeft() + (_sending ? SendLease : TimeSpan.Zero);

    private TimeSpan ForeignLeaseLeft()
    {
        var left = _foreignLease - (_world.Events.Now - _loadedAt);
        return left > TimeSpan.Zero ? left : _foreignLease = TimeSpan.Zero;
    }
}
