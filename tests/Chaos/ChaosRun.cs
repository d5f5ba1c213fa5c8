using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.Clients;
using GaiaOrleans.Chaos.Faults;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Chaos.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos;

/// <summary>One cluster, one seed: clients, an operator and a nemesis at once; then rest, and the question what is left.</summary>
internal sealed class ChaosRun(int seed, TimeSpan length, IReadOnlyList<Fault> faults)
{
    private const int Sessions = 40;
    private const int Clients = 12;
    private static readonly TimeSpan ClientPace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AdminPace = TimeSpan.FromSeconds(2);

    public async Task<ChaosReport> Run(CancellationToken cancellation)
    {
        Console.Error.WriteLine($"chaos: seed {seed}, {length.TotalSeconds:0} s, {faults.Count} kinds of faults");
        await using var cluster = await LocalCluster.StartAsync(sessions: Sessions);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(60) };
        var recorder = new Recorder(TimeProvider.System, Console.Error);
        var sessions = Enumerable.Range(1, Sessions).Select(n => $"session-{n:000000}").ToList();
        IReadOnlyList<Uri> silos = [.. cluster.Silos.Select(s => s.Url)];
        var admin = new Admin(http, silos, recorder, new(seed));
        await Prepare(admin);

        var nemesis = new Nemesis(cluster, faults, recorder, new(seed + 1));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stopping.CancelAfter(length);
        await Task.WhenAll(
            [
                nemesis.Run(stopping.Token),
                admin.Run(AdminPace, stopping.Token),
                .. Enumerable.Range(0, Clients).Select(c => new SessionClient($"c{c}", http, [.. silos, cluster.Gateway.Url], sessions, recorder, new(seed + 2 + c)).Run(ClientPace, stopping.Token)),
            ]);

        recorder.Happened("rest");
        var rest = new Rest(cluster, http, admin);
        var (finals, unsettled) = await rest.Look(sessions, cancellation);
        return ChaosReport.Of(seed, length, nemesis.Counts, recorder, [.. unsettled, .. Check(recorder, finals)]);
    }

    private static async Task Prepare(Admin admin)
    {
        await admin.Must("dual-write on", "api/migration/dual-write", new { enabled = true, reason = "chaos" });
        await admin.Must("split 50", "api/traffic-split", new { go_percentage = 50, python_percentage = 50, force = true, reason = "chaos" });
    }

    private static IEnumerable<Violation> Check(Recorder recorder, IReadOnlyList<Final> finals)
    {
        var operations = recorder.Operations;
        var bySession = operations.ToLookup(o => o.Session);
        return
        [
            .. bySession.SelectMany(session => RegisterCheck.Of([.. session])),
            .. finals.SelectMany(final => EndCheck.Of(final, [.. bySession[final.Session]], seed: "")),
            .. FenceCheck.Of(operations, recorder.Fences),
        ];
    }
}
