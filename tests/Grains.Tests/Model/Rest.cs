using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>The end of a history: everything comes to rest, and both sides are compared; then operators decide what is open, and they are equal.</summary>
internal sealed class Rest(World world, Operators operators)
{
    public void Come()
    {
        foreach (var id in World.Ids) world.Kill(id);
        world.Turn(Weather.Fine);
        world.Events.Pass(TimeSpan.FromSeconds(10));
        if (world.Forwarding) operators.Switch(on: true);
        Drain();
        foreach (var id in World.Ids) world.Calling(id, false, (g, _) => g.Adopt());
        Drain();
        foreach (var id in World.Ids) Check(id, settled: false);
        for (var i = 0; i < World.Ids.Length; i++) Settle(i);
        foreach (var id in World.Ids) Check(id, settled: true);
    }

    /// <summary>Repair finds a healthy legacy until nothing is pending.</summary>
    private void Drain()
    {
        for (var round = 0; world.Store.Pending() > 0; round++)
        {
            if (round == 5) throw new Violation("I2", "after five repairs with a healthy legacy something is still pending");
            world.Events.Pass(TimeSpan.FromSeconds(35));
            operators.Repair();
        }
    }

    /// <summary>What is open is decided, and what nobody has had a reason to look at is found by forcing one side.</summary>
    private void Settle(int session)
    {
        var row = world.Store.Row(World.Ids[session]);
        var ours = row.Version % 2 == 0;
        for (var round = 0; world.Store.Row(row.Id).Disputed; round++)
        {
            if (round == 5) throw new Violation("I2", $"five decisions do not settle the conflict of {row.Id}");
            operators.Resolve(new(session, ours ? ConflictStrategy.GoLeads : ConflictStrategy.PythonLeads, OneField: false, Weather.Fine));
            Drain();
        }

        if (Unseen(row.Id)) operators.Sync(new(session, ours ? Side.Go : Side.Python, Weather.Fine));
        Drain();
    }

    private void Check(string id, bool settled)
    {
        var row = world.Store.Row(id);
        var shown = Content.Of(row.Document?.Utf8);
        world.Oracles[id].Check(shown, $"at rest the row at version {row.Version}");
        var open = world.Store.Open(id);
        if (row.Disputed != open.Count > 0) throw new Violation("I2", $"{id} at rest: {(row.Disputed ? "in dispute" : "not in dispute")}, open in the log: {string.Join(", ", open.Select(o => o.Field))}");
        if (!settled && (row.Disputed || Unseen(id)))
        {
            world.Corners.Visit(row.Disputed ? "open at rest" : "unseen at rest");
            return;
        }

        var comparison = SessionComparer.Compare(row, world.Legacy.Read(id), DiffRules.Default).Comparison;
        if (comparison.Status != SessionComparison.Equal || shown != world.Legacy.Content(id))
            throw new Violation("I2", $"{id} at rest: row {shown}, legacy {world.Legacy.Content(id)}, {comparison.Status} {string.Join("; ", comparison.Differences.Select(d => d.Field))}");
    }

    /// <summary>Written by others after the target knew both sides to be equal: it has had no reason to look since, and does not pretend to know.</summary>
    private bool Unseen(string id)
    {
        var row = world.Store.Row(id);
        return row.InSync && world.Legacy.Look(id).ByOthers && world.Legacy.Read(id).Hash != row.LegacyHash;
    }
}
