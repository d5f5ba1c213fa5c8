using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.Clients;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos;

/// <summary>All checks of one run, on what clients were told, what databases have held and what is left.</summary>
/// <param name="goFrom">The least percentage at which the target served a session while nobody wrote.</param>
internal sealed class Checking(Recorder recorder, Remains remains, IReadOnlyDictionary<string, decimal> goFrom, Audits audits)
{
    private readonly IReadOnlyList<Operation> _operations = recorder.Operations;

    // Without an epoch of it there is nothing to excuse, whatever was asked for. Those before the first in which both were on are of the preparation.
    private readonly bool _everAlone = remains.Epochs.OrderBy(e => e.Epoch).SkipWhile(e => !e.Together).Any(e => e.Alone);

    /// <summary>How often a value came back of which nobody can say that it must not.</summary>
    public int Excused { get; private set; }

    public IReadOnlyList<Violation> Violations()
    {
        var bySession = _operations.ToLookup(o => o.Session);
        var finals = remains.Finals.ToDictionary(f => f.Session);
        var epochs = remains.Epochs.ToDictionary(e => e.Epoch);
        return
        [
            .. recorder.Broken.Select(b => new Violation(ViolationKind.Broken, "", b.What, []) { At = b.At }),
            .. FenceCheck.Of(_operations, recorder.Fences),
            .. bySession.Select(s => s.Key).Union(finals.Keys).SelectMany(session => Of(session, [.. bySession[session]], finals.GetValueOrDefault(session), epochs)),
        ];
    }

    private IEnumerable<Violation> Of(string session, IReadOnlyList<Operation> operations, Final? final, Dictionary<long, SplitEpoch> epochs)
    {
        var writes = operations.Where(o => o is { Kind: OperationKind.Write, Value: not null }).ToDictionary(o => o.Value!);
        IReadOnlyList<HeldState> postgres = [.. audits.Postgres[session]], sqlite = [.. audits.Sqlite[session]];
        IReadOnlyList<long> absences = [.. postgres.Concat(sqlite).Where(s => s.Register is null).Select(s => recorder.AtWallClock(s.At)).Order()];
        return
        [
            .. RegisterCheck.Of(operations),
            .. OrderCheck.Of(operations, absences),
            .. VersionCheck.Of(operations),
            .. LeadCheck.Of(operations, Audits.First(postgres), Audits.First(sqlite), recorder.Fences),
            .. SideCheck.Of(operations, goFrom.TryGetValue(session, out var from) ? from : null, epochs),
            .. AuditCheck.Of("PostgreSQL", postgres, writes),
            .. AuditCheck.Of("GAIA_HOME", sqlite, writes),
            .. AuditCheck.Stored(postgres, operations),
            .. TwiceCheck.Of("PostgreSQL", postgres, writes, (write, _) => Excuse(Alone(write))),
            .. TwiceCheck.Of("GAIA_HOME", sqlite, writes, (write, state) => Excuse(Alone(write) || TwiceCheck.Late(recorder.AtWallClock(state.At), recorder.Troubles))),
            .. final is null ? [] : EndCheck.Of(final, operations, absences),
        ];
    }

    private bool Alone(Operation write) => _everAlone && TwiceCheck.Alone(write, recorder.Switches);

    private bool Excuse(bool excused)
    {
        if (excused) Excused++;
        return excused;
    }
}
