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
    private const int Sessions = 200;
    private const int Clients = 20;

    // Beyond loopback a silo lets nobody in without a key.
    private const string Key = "gaia_chaos";
    private static readonly TimeSpan ClientPace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AdminPace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(15), Hasty = TimeSpan.FromSeconds(1);

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
        var sessions = new KnownSessions([.. Enumerable.Range(1, Sessions).Select(n => $"session-{n:000000}")]);
        var databases = new Databases(cluster);
        await databases.Watch(cancellation);
        IReadOnlyList<Uri> silos = [.. cluster.Silos.Select(s => s.Url)];
        var admin = new Admin(http, silos, recorder, new(seed));
        var supervisor = new Supervisor(cluster, recorder);
        using var over = new CancellationTokenSource();
        var supervising = supervisor.Run(over.Token);
        await admin.Must("dual-write on", "api/migration/dual-write", new { enabled = true, reason = "chaos" });
        // While they are quiet: one of which GAIA_HOME may lack something is the target's at any percentage.
        var goFrom = await new Reading(http, silos).Sides(sessions.All, admin, recorder);
        await admin.Must("split 50", "api/traffic-split", Admin.SplitBody(50));

        var nemesis = new Nemesis(new(cluster, bridge, supervisor, controls, new(http, silos, recorder, new(seed + 1)), new(seed + 2)), faults, recorder);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stopping.CancelAfter(length);
        await Task.WhenAll(
            [
                nemesis.Run(stopping.Token),
                admin.Run(AdminPace, stopping.Token),
                .. Enumerable.Range(0, Clients).Select(c => Client(c).Run(ClientPace, stopping.Token)),
            ]);

        recorder.Happened("rest");
        var whole = supervisor.Restarts == 0 && recorder.Troubles.All(t => t.Kind.StartsWith(Fault.Legacy, StringComparison.Ordinal));
        var remains = await Rested(new(cluster, http, admin, databases, recorder), sessions, whole, cancellation);
        await over.CancelAsync();
        await supervising;
        var checks = new Checking(recorder, remains, goFrom, await Audits.Read(databases, recorder, cancellation));
        return ChaosReport.Of(seed, length, nemesis.Counts, recorder, [.. remains.Unsettled, .. checks.Violations()], checks.Excused);

        // Half of them go by any gateway, half keep to one; and some do not wait.
        SessionClient Client(int number)
        {
            IReadOnlyList<Uri> gateways = [.. silos, cluster.Gateway.Url];
            var random = new Random(seed * 1_000 + number);
            var door = new Door(http, number % 2 == 0 ? gateways : [gateways[number / 2 % gateways.Count]], number % 5 == 0 ? Hasty : Patient, recorder, random);
            return new($"c{number}", door, sessions, recorder, random);
        }
    }

    private static async Task<Remains> Rested(Rest rest, KnownSessions sessions, bool whole, CancellationToken cancellation)
    {
        try
        {
            return await rest.Look(sessions, whole, cancellation);
        }
        // Something did not become ready, or refused what it must do when nothing is broken any more.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return Remains.None(new(ViolationKind.Unhealed, "", e.Message, []));
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
}
