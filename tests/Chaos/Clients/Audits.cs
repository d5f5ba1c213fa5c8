using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>Every state that the sessions' registers have had, each session's in order.</summary>
internal sealed record Audits(ILookup<string, HeldState> Postgres, ILookup<string, HeldState> Sqlite)
{
    public static async Task<Audits> Read(Databases databases, Recorder recorder, CancellationToken cancellation)
    {
        return new(await States(databases.StatesInPostgres), await States(databases.StatesInSqlite));

        async Task<ILookup<string, HeldState>> States(Func<CancellationToken, Task<IReadOnlyList<HeldState>>> read)
        {
            try
            {
                return (await read(cancellation)).ToLookup(s => s.Session);
            }
            // What clients were told is worth its checks all the same.
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                recorder.Broke($"an audit cannot be read: {e.Message}");
                return Array.Empty<HeldState>().ToLookup(s => s.Session);
            }
        }
    }

    /// <summary>When each value was first there, by the machine's wall clock.</summary>
    public static IReadOnlyDictionary<string, double> First(IEnumerable<HeldState> states) =>
        states.Where(s => s.Register is { Length: > 0 }).GroupBy(s => s.Register!).ToDictionary(g => g.Key, g => g.Min(s => s.At));
}
