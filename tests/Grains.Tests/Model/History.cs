using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Plays a list of commands, checks what clients see after each, then lets everything come to rest and checks both sides.</summary>
internal sealed class History
{
    private readonly World _world;
    private readonly Clients _clients;
    private readonly Operators _operators;
    private readonly Imports _imports;

    private History(Corners corners, bool othersWrite)
    {
        _world = new(corners, othersWrite);
        _clients = new(_world);
        _operators = new(_world);
        _imports = new(_world);
        _operators.Switch(on: true);
    }

    public static void Play(IReadOnlyList<Command> commands, bool othersWrite, Corners corners)
    {
        var history = new History(corners, othersWrite);
        history._world.Events.Run(() => history.Play(commands));
    }

    private void Play(IReadOnlyList<Command> commands)
    {
        foreach (var command in commands)
        {
            _world.Events.Pass(TimeSpan.FromMilliseconds(1));
            Do(command);
            foreach (var id in World.Ids) CheckServed(id);
        }

        new Rest(_world, _operators).Come();
    }

    private void Do(Command command)
    {
        switch (command)
        {
            case Command.Write c:
                _clients.Write(c);
                break;
            case Command.Retry c:
                _clients.Retry(c);
                break;
            case Command.ReuseKey c:
                _clients.Reuse(c);
                break;
            case Command.Repair c:
                _world.Turn(c.Weather);
                _operators.Repair();
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
                _operators.Set(c.Mode, c.Ack, null);
                break;
            case Command.Strategy c:
                _operators.Set(null, null, c.Value);
                break;
            case Command.DualWrite c:
                _operators.Switch(c.On);
                break;
            case Command.Cutover c:
                _operators.Cut(c.Forward);
                break;
            case Command.Direct c:
                var n = _clients.Next();
                _world.Events.After(TimeSpan.FromMilliseconds(c.AfterMs), () => _world.WriteDirectly(c, n));
                break;
            case Command.Resolve c:
                _operators.Resolve(c);
                break;
            case Command.Sync c:
                _operators.Sync(c);
                break;
            case Command.List:
                _imports.List();
                break;
            case Command.Import:
                _imports.Add();
                break;
        }
    }

    private void CheckServed(string id)
    {
        var row = _world.Store.Row(id);
        if (_world.Forwarding) _world.Oracles[id].Check(_world.Legacy.Content(id), "legacy");
        else if (!SessionRules.NeedsAdoption(row, _world.Store.Rollout)) _world.Oracles[id].Check(Content.Of(row.Document?.Utf8), $"the row at version {row.Version}");
    }
}
