using System.Text;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Those who steer the rollout and decide conflicts, and the pump that repairs.</summary>
internal sealed class Operators(World world)
{
    private static readonly Caller Somebody = new("operator", "model");
    private int _values;

    private RolloutState Rollout => world.Store.Rollout;

    public void Set(DualWriteMode? mode, AckPolicy? ack, ConflictStrategy? strategy) =>
        world.Change(RolloutRules.DualWriteSettings(Rollout, new(null, mode, ack, Somebody, strategy), world.Events.GetUtcNow()));

    /// <summary>As RolloutGrain does, with every gateway drained before cutover: then off only when legacy lacks nothing. Afterwards it is one change.</summary>
    public void Switch(bool on)
    {
        if (on == Rollout.DualWrite.Enabled) return;
        if (!Rollout.AfterCutover) world.Change(RolloutRules.Close(Rollout, Somebody, world.Events.GetUtcNow()));
        var keep = !on && !Rollout.AfterCutover && world.Store.Pending() + world.Store.Disputed() > 0;
        if (!keep) world.Change(RolloutRules.Turn(Rollout, on, Somebody, world.Events.GetUtcNow()));
        if (Rollout.DualWrite.Closing) world.Change(RolloutRules.Open(Rollout, Somebody, world.Events.GetUtcNow(), turned: !keep));
        world.Corners.Visit(keep ? "dual-write kept on" : on ? "generation" : "dual-write off");
        if (world.Forwarding) foreach (var id in World.Ids) HandToLegacy(id);
    }

    public void Cut(bool forward)
    {
        if (forward ? Rollout.AfterCutover || !Rollout.DualWrite.Enabled : !Rollout.AfterCutover) return;
        if (!forward) Switch(on: true);
        world.Change(RolloutRules.Split(Rollout, new(forward ? 100 : 10, Somebody), [], world.Events.GetUtcNow()));
        world.Corners.Visit(forward ? "after cutover" : "back from cutover");
    }

    public void Repair()
    {
        foreach (var id in world.Store.ClaimDue()) Ask(id, g => g.Repair());
    }

    public void Resolve(Command.Resolve resolve)
    {
        // Operators look where something is open.
        var id = World.Ids.OrderBy(i => i != World.Ids[resolve.Session]).FirstOrDefault(i => world.Store.Row(i).Disputed);
        if (id is null) return;
        var open = ConflictRules.OpenFields(world.Store.Row(id));
        world.Turn(resolve.Weather);
        var value = resolve.By is null ? Value(open[0]) : null;
        world.OperatorsValue = value;
        Ask(id, g => g.Resolve(new(resolve.OneField ? [open[0]] : null, resolve.By, value is null ? null : Encoding.UTF8.GetBytes(value), Somebody)));
    }

    public void Sync(Command.Sync sync)
    {
        world.Turn(sync.Weather);
        Ask(World.Ids[sync.Session], g => g.Sync(sync.Source, Somebody));
    }

    private void HandToLegacy(string id)
    {
        var oracle = world.Oracles[id];
        if (world.Legacy.Look(id).ByOthers) oracle.Foreign(world.Legacy.Content(id));
        oracle.Collapse(world.Legacy.Content(id), "legacy, now serving,");
    }

    private void Ask<T>(string id, Func<ISessionGrain, Task<T>> call) => Clients.Ask(() =>
    {
        world.Calling(id, false, (g, _) => call(g));
        return new(Verdict.Acknowledged);
    });

    private string Value(string field) => field switch
    {
        "metadata" => $"{{\"o{++_values:000}\":true}}",
        "own" => "0",
        _ => $"\"o{++_values}\"",
    };
}
