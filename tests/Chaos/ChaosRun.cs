using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.Clients;
using GaiaOrleans.Chaos.Faults;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Chaos.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos;

/// <summary>One cluster, one seed: clients, an operator and a nemesis at once; then rest, and the question what is left.</summary>
/// <param name="network">Whether everybody gets a namespace of its own; without it nobody can be kept from anybody.</param>
internal sealed class ChaosRun(int seed, TimeSpan length, IReadOnlyList<Fault> faults, bool network)
{
    private const int Sessions = 40;
    private const int Clients = 20;

    // Beyond loopback a silo lets nobody in without a key.
    private const string Key = "gaia_chaos";
    private static readonly TimeSpan ClientPace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AdminPace = TimeSpan.FromSeconds(2);

    public async Task<ChaosReport> Run(CancellationToken cancellation)
    {
        Console.Error.WriteLine($"chaos: seed {seed}, {length.TotalSeconds:0} s, {faults.Count} kinds of faults");
        using var controls = new SiloControls();
        await using var bridge = network ? await TestNetwork.CreateAsync() : null;
        var recorder = new Recorder(TimeProvider.System, Console.Error);
        await using var cluster = await LocalCluster.StartAsync(
            new ClusterPlan { Sessions = Sessions, Settings = Keys(), OfSilo = controls.EnvironmentOf, Network = bridge, Heard = recorder.Heard });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var sessions = Enumerable.Range(1, Sessions).Select(n => $"session-{n:000000}").ToList();
        IReadOnlyList<Uri> silos = [.. cluster.Silos.Select(s => s.Url)];
        var admin = new Admin(http, silos, recorder, new(seed));
        await Prepare(admin);

        var supervisor = new Supervisor(cluster, recorder);
        var nemesis = new Nemesis(new(cluster, bridge, supervisor, controls, new(http, silos, recorder, new(seed + 1)), new(seed + 2)), faults, recorder);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var over = new CancellationTokenSource();
        var supervising = supervisor.Run(over.Token);
        stopping.CancelAfter(length);
        await Task.WhenAll(
            [
                nemesis.Run(stopping.Token),
                admin.Run(AdminPace, stopping.Token),
                .. Enumerable.Range(0, Clients).Select(c => new SessionClient($"c{c}", http, [.. silos, cluster.Gateway.Url], sessions, recorder, new(seed * 1_000 + c)).Run(ClientPace, stopping.Token)),
            ]);

        recorder.Happened("rest");
        var whole = supervisor.Restarts == 0 && faults.All(f => f.Part == Fault.Legacy || nemesis.Counts[f.Kind] == 0);
        var (finals, unsettled) = await Rested(new(cluster, http, admin, recorder), sessions, whole, cancellation);
        await over.CancelAsync();
        await supervising;
        return ChaosReport.Of(seed, length, nemesis.Counts, recorder, [.. unsettled, .. Check(recorder, finals)]);
    }

    private static async Task<(IReadOnlyList<Final> Finals, IReadOnlyList<Violation> Unsettled)> Rested(Rest rest, IReadOnlyList<string> sessions, bool whole, CancellationToken cancellation)
    {
        try
        {
            return await rest.Look(sessions, whole, cancellation);
        }
        // Something did not become ready, or refused what it must do when nothing is broken any more.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return ([], [new(ViolationKind.Unhealed, "", e.Message, [])]);
        }
    }

    private static Dictionary<string, string?> Keys() => new()
    {
        // So that runs have pages, of which they may be done with some and not with others.
        ["Legacy__PageSize"] = "5",
        ["Auth__Keys__0__Name"] = "chaos",
        ["Auth__Keys__0__Role"] = "admin",
        ["Auth__Keys__0__Hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
    };

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
            .. bySession.SelectMany(session => OrderCheck.Of([.. session])),
            .. bySession.SelectMany(session => LeadCheck.Of([.. session])),
            .. finals.SelectMany(final => EndCheck.Of(final, [.. bySession[final.Session]])),
            .. FenceCheck.Of(operations, recorder.Fences),
        ];
    }
}
