using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Plays a list of commands, checks what clients see after each, then lets everything come to rest and checks both sides.</summary>
internal sealed class History
{
    private static readonly Caller Operator = new("operator", "model");
    private readonly World _world;
    private readonly Dictionary<string, Oracle> _oracles = [];
    private int _n;

    private History(Corners corners)
    {
        _world = new(corners);
        _world.Legacy.WriteDirectly("b", ChangeKind.Replace, 0);
        foreach (var id in World.Ids) _oracles[id] = new(id, _world.Legacy.Content(id));
        Switch(on: true);
    }

    private RolloutState Rollout => _world.Store.Rollout;

    public static void Play(IReadOnlyList<Command> commands, Corners corners)
    {
        var history = new History(corners);
        foreach (var command in commands)
        {
            history._world.Events.Pass(TimeSpan.FromMilliseconds(1));
            history.Do(command);
            history.CheckServed();
        }

        history.Rest();
        history.CheckBothSides();
    }

    private void Do(Command command)
    {
        switch (command)
        {
            case Command.Write c:
                _world.Turn(c.Weather);
                var n = ++_n;
                Write(World.Ids[c.Session], new(n, c.Kind, c.Keyed ? $"k{n}" : null, c.IfMatch ? _oracles[World.Ids[c.Session]].SeenVersion : null), c.Duplicate, c.Repeated);
                break;
            case Command.Retry c when _oracles[World.Ids[c.Session]].LastKeyed is { } last && !_world.Forwarding:
                _world.Turn(c.Weather);
                Write(World.Ids[c.Session], last, c.Duplicate);
                break;
            case Command.ReuseKey c when _oracles[World.Ids[c.Session]].LastKeyed is { } last && !_world.Forwarding:
                _world.Turn(Weather.Fine);
                Write(World.Ids[c.Session], new(++_n, c.Kind, last.Key, null), false);
                break;
            case Command.Repair c:
                _world.Turn(c.Weather);
                Repair();
                break;
            case Command.Pass c:
                _world.Events.Pass(TimeSpan.FromMilliseconds(c.Ms));
                break;
            case Command.Split c:
                _world.Split(World.Ids[c.Session]);
                break;
            case Command.Kill c:
                _world.Kill(World.Ids[c.Session]);
                break;
            case Command.Settings c:
                _world.Change(RolloutRules.DualWriteSettings(Rollout, new(null, c.Mode, c.Ack, Operator), _world.Events.Now));
                break;
            case Command.DualWrite c when c.On != Rollout.DualWrite.Enabled:
                Switch(c.On);
                break;
            case Command.Cutover c when c.Forward && Rollout is { AfterCutover: false, DualWrite.Enabled: true }:
                _world.Change(RolloutRules.Split(Rollout, new(100, Operator), [], _world.Events.Now));
                _world.Corners.Visit("after cutover");
                break;
            case Command.Cutover c when !c.Forward && Rollout.AfterCutover:
                if (!Rollout.DualWrite.Enabled) Switch(on: true);
                _world.Change(RolloutRules.Split(Rollout, new(10, Operator), [], _world.Events.Now));
                _world.Corners.Visit("back from cutover");
                break;
        }
    }

    private void Write(string id, Attempt attempt, bool duplicate, bool repeated = false)
    {
        if (_world.Forwarding)
        {
            Forward(id, attempt);
            return;
        }

        var body = Encoding.UTF8.GetBytes(Content.Body(attempt.Kind, attempt.N));
        var context = new WriteContext(Rollout.Epoch, attempt.ExpectedVersion, attempt.Key, Guid.NewGuid());
        var reply = Ask(() => _world.Calling(id, duplicate, (a, times) => a.Write(new(attempt.Kind, body), context with { Attempt = times }), repeated ? () => _oracles[id].Learn(attempt, new(Verdict.Unknown)) : null));
        _world.Corners.Visit(reply switch
        {
            { Replayed: true } => "replayed",
            { Problem: IdempotencyKeyReusedException } => "key refused",
            _ => reply.Verdict.ToString().ToLowerInvariant(),
        });
        // A duplicate that has not noticed yet may refuse by what it remembers: it changes nothing, and says nothing about the present.
        var noticed = _world.Activation(id, duplicate).Row.CommitId == _world.Store.Load(id).Row.CommitId;
        if (reply.Verdict != Verdict.Refused || noticed) _oracles[id].Learn(attempt, reply);
    }

    // A session whose last change legacy rejected is an open conflict: what a direct write does to it is for an operator to decide.
    private void Forward(string id, Attempt attempt)
    {
        if (_world.Store.Load(id).Row.Rejected is not null || !Content.Allows(_world.Legacy.Content(id), attempt.Kind)) return;
        _world.Legacy.WriteDirectly(id, attempt.Kind, attempt.N);
        _world.Decided(id, Rollout, Side.Python);
        _world.Corners.Visit("direct write");
        _oracles[id].Learn(attempt with { Key = null }, new(Verdict.Acknowledged, 0, _world.Legacy.Content(id)));
    }

    private static Reply Ask(Func<Reply> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is OutcomeUnknownException or CrashedException or FencedException)
        {
            return new(Verdict.Unknown);
        }
        catch (GaiaException e)
        {
            return new(Verdict.Refused, Problem: e);
        }
    }

    private void Repair()
    {
        foreach (var id in _world.Store.ClaimDue())
            Ask(() => _world.Calling(id, false, (a, _) =>
            {
                a.Repair();
                return new Reply(Verdict.Acknowledged);
            }));
    }

    /// <summary>As RolloutGrain.Switch does, with every gateway drained: off before cutover only when nothing is pending.</summary>
    private void Switch(bool on)
    {
        var before = Rollout.DualWrite.Enabled;
        _world.Change(RolloutRules.Close(Rollout, Operator, _world.Events.Now));
        var keep = !on && !Rollout.AfterCutover && _world.Store.Pending() > 0;
        _world.Change(RolloutRules.Open(Rollout, keep ? before : on, Operator, _world.Events.Now));
        _world.Corners.Visit(keep ? "dual-write kept on" : on ? "generation" : "dual-write off");
        if (!_world.Forwarding) return;
        foreach (var id in World.Ids.Where(i => _world.Store.Load(i).Row.Rejected is null)) _oracles[id].Collapse(_world.Legacy.Content(id), "legacy, now serving,");
    }

    private void CheckServed()
    {
        foreach (var id in World.Ids)
        {
            var row = _world.Store.Load(id).Row;
            if (_world.Forwarding && row.Rejected is null) _oracles[id].Check(_world.Legacy.Content(id), "legacy");
            else if (!_world.Forwarding && !SessionRules.NeedsAdoption(row, Rollout)) _oracles[id].Check(Content.Of(row.Document?.Utf8), $"the row at version {row.Version}");
        }
    }

    /// <summary>Every process dies once more, what is on its way arrives, and repair finds a healthy legacy until nothing is pending.</summary>
    private void Rest()
    {
        foreach (var id in World.Ids) _world.Kill(id);
        _world.Turn(Weather.Fine);
        _world.Events.Pass(TimeSpan.FromSeconds(10));
        if (_world.Forwarding) Switch(on: true);
        for (var round = 0; _world.Store.Pending() > 0; round++)
        {
            if (round == 5) throw new Violation("I2", "after five repairs with a healthy legacy something is still pending");
            _world.Events.Pass(TimeSpan.FromSeconds(35));
            Repair();
        }

        foreach (var id in World.Ids) _world.Calling(id, false, (a, _) => { a.AdoptIfNeeded(); return true; });
    }

    private void CheckBothSides()
    {
        foreach (var id in World.Ids)
        {
            var row = _world.Store.Load(id).Row;
            _oracles[id].Check(Content.Of(row.Document?.Utf8), $"at rest the row at version {row.Version}");
            if (row.Rejected is not null) continue;
            var comparison = SessionComparer.Compare(row, _world.Legacy.Read(id), DiffRules.Default).Comparison;
            if (comparison.Status != SessionComparison.Equal || Content.Of(row.Document?.Utf8) != _world.Legacy.Content(id))
                throw new Violation("I2", $"{id} at rest: row {Content.Of(row.Document?.Utf8)}, legacy {_world.Legacy.Content(id)}, {comparison.Status} {string.Join("; ", comparison.Differences.Select(d => d.Field))}");
        }
    }
}
