using System.Globalization;
using System.Net;

namespace GaiaOrleans.Silo.InMemory;

/// <summary>Several silos in one process on shared memory: for a machine without PostgreSQL. Nothing is kept.</summary>
internal static class InMemoryCluster
{
    private const string Flag = "--in-memory";

    // As the gateway expects it by default; clustering on one host sets names of its own otherwise.
    private const string Name = "gaia";

    /// <summary>How many silos the command line asks for; null = the normal silo.</summary>
    public static int? Requested(string[] args)
    {
        var at = Array.IndexOf(args, Flag);
        if (at < 0) return null;
        return at + 1 < args.Length && int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var silos) && silos is >= 1 and <= 9 ? silos : 3;
    }

    public static async Task Run(int silos, string[] args)
    {
        var memory = new SharedMemory(TimeProvider.System);
        var http = new Uri((Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:8080").Split(';')[0]);
        var siloPort = Port("Gaia__SiloPort", 11111);
        var gatewayPort = Port("Gaia__GatewayPort", 30000);
        var rest = args.Where(a => a != Flag && !int.TryParse(a, CultureInfo.InvariantCulture, out _));
        var apps = Enumerable.Range(0, silos).Select(i => SiloApplication.InMemory(
            [
                .. rest, "--urls", $"{http.Scheme}://{http.Host}:{http.Port + i}", "--Gaia:SiloName", $"gaia_node_{i + 1}", "--Gaia:SiloPort", Text(siloPort + i),
                "--Gaia:GatewayPort", Text(gatewayPort + i),
            ],
            memory,
            silo => silo.UseLocalhostClustering(siloPort + i, gatewayPort + i, i == 0 ? null : new IPEndPoint(IPAddress.Loopback, siloPort), Name, Name))).ToList();
        foreach (var app in apps) await app.StartAsync();
        Console.WriteLine($"{silos} silos in one process, in memory: nothing is kept when it stops.");
        await Task.WhenAny(apps.Select(a => a.WaitForShutdownAsync()));
        foreach (var app in apps) await app.DisposeAsync();
    }

    private static int Port(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var port) ? port : otherwise;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
