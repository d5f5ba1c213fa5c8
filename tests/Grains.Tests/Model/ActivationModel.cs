using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>One activation of a session: asks the rules and carries out what they say, in the order in which SessionGrain does.</summary>
internal sealed partial class ActivationModel
{
    private static readonly TimeSpan SendLease = TimeSpan.FromSeconds(4);
    private readonly World _world;
    private readonly DateTimeOffset _loadedAt;
    private TimeSpan _foreignLease;
    private SessionRow _row;
    private bool _sending;

    public ActivationModel(World world, string id)
    {
        _world = world;
        _loadedAt = world.Events.Now;
        (_row, _foreignLease, _) = world.Store.Load(id);
    }

    public bool Dead { get; private set; }

    public SessionRow Row => _row;

    private string Id => _row.Id;

    public void Die() => Dead = true;

    public Reply Write(SessionChange change, WriteContext context)
    {
        var rollout = _world.Store.Rollout;
        if (_row.Intent is not null) SettleIntent(rollout);
        LearnKey(context.IdempotencyKey);
        var decision = SessionRules.Decide(_row, change, context, rollout, legacyRead: false, NewMoment());
        if (decision is Decision.AdoptFirst)
        {
            if (_world.Weather.LegacyUnreadable) throw new LeadUnavailableException(Side.Python, "no answer");
            Adopt(rollout);
            decision = SessionRules.Decide(_row, change, context, rollout, legacyRead: true, NewMoment());
        }

        switch (decision)
        {
            case Decision.Replay replay:
                return new(Verdict.Acknowledged, replay.Stored.Version, Replayed: true);
            case Decision.CommitThenSend(var next, _):
                Commit(next, rollout, Lease(), next.Keys.LastOrDefault(k => k.Key == context.IdempotencyKey));
                _world.Decided(Id, rollout, Side.Go);
                CrashIf(CrashPoint.AfterCommit);
                var version = _row.Version;
                Follow(rollout);
                return new(Verdict.Acknowledged, version, Content.Of(_row.Document?.Utf8));
            case Decision.IntendThenSend(var intended, _):
                WaitForForeignLease();
                WaitForSending();
                Commit(intended, rollout, Lease(), null);
                _world.Decided(Id, rollout, Side.Python);
                CrashIf(CrashPoint.AfterCommit);
                FulfilIntent(rollout, first: true);
                return new(Verdict.Acknowledged, _row.Version, Content.Of(_row.Document?.Utf8));
            default:
                throw new InvalidOperationException($"Decision {decision} is not carried out.");
        }
    }

    /// <summary>As a read, or a migrate run, of a row that is absent or stale.</summary>
    public void AdoptIfNeeded()
    {
        var rollout = _world.Store.Rollout;
        if (SessionRules.NeedsAdoption(_row, rollout)) Adopt(rollout);
    }

    private void Adopt(RolloutState rollout)
    {
        var before = _row;
        if (SessionRules.Adopt(_row, _world.Legacy.Read(Id), rollout, "write", NewMoment()) is not { } next) return;
        Commit(next, rollout, null, null);
        _world.Corners.Visit(before.Version > 0 && next.Version > before.Version ? "adopted a foreign change" : "adopted");
    }

    private void LearnKey(string? key)
    {
        if (key is null || !_row.KeysTruncated || _row.Keys.Any(k => k.Key == key)) return;
        if (_world.Store.FindKey(Id, key) is { } known) _row = _row with { Keys = _row.Keys.Insert(0, known) };
    }

    private void Commit(SessionRow next, RolloutState rollout, TimeSpan? lease, KeyedOutcome? key)
    {
        Guid? previous = _row.CommitId == Guid.Empty ? null : _row.CommitId;
        var result = _world.Store.Commit(next, previous, rollout, lease, key, _world.NextStoreFault());
        if (result != CommitResult.Committed) throw new FencedException();
        _row = SessionRules.Carry(next, _row);
    }

    private void CrashIf(CrashPoint point)
    {
        if (_world.Weather.Crash != point) return;
        _world.Corners.Visit(point switch { CrashPoint.AfterCommit => "crash after commit", CrashPoint.InFlight => "crash in flight", _ => "crash after answer" });
        Die();
        throw new CrashedException();
    }

    private Moment NewMoment() => new(_world.Events.Now, Guid.NewGuid(), "silo", SendLease);
}
