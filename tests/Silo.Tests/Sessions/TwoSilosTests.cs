using System.Globalization;
using System.Net;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.InMemory;
using GaiaOrleans.Testbed;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Silo.Tests.Sessions;

/// <summary>Two silos put together as they ship, on memory.</summary>
public sealed class TwoSilosTests : IAsyncLifetime
{
    private readonly SharedMemory _memory = new(TimeProvider.System);
    private readonly List<WebApplication> _silos = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-silos-");

    public async Task InitializeAsync()
    {
        var first = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        foreach (var port in new[] { first.Port, FreePort.Next() })
        {
            var gateway = FreePort.Next();
            var settings = new Dictionary<string, string>
            {
                // The console's files are found by this name.
                ["applicationName"] = "GaiaOrleans.Silo",
                ["urls"] = $"http://127.0.0.1:{FreePort.Next()}",
                ["Gaia:SiloName"] = $"gaia_node_{_silos.Count + 1}",
                ["Gaia:SiloPort"] = port.ToString(CultureInfo.InvariantCulture),
                ["Gaia:GatewayPort"] = gateway.ToString(CultureInfo.InvariantCulture),
                ["Gateway:StateFile"] = Path.Combine(_folder.FullName, $"{port}.json"),
                ["Legacy:BaseUrl"] = $"http://127.0.0.1:{FreePort.Next()}/",
                ["Logging:LogLevel:Default"] = "Error",
            };
            var silo = SiloApplication.InMemory(
                [.. settings.Select(s => $"--{s.Key}={s.Value}")], _memory, o => o.UseLocalhostClustering(port, gateway, _silos.Count == 0 ? null : first, "gaia", "gaia"));
            _silos.Add(silo);
            await silo.StartAsync();
        }

        await Eventually.True(() => Task.FromResult(_silos.All(s => s.Services.GetRequiredService<LeaseWitnesses>().Others().Any())), "the silos' acquaintance");
    }

    public async Task DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.StopAsync();
            await silo.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_session_that_begins_on_one_is_let_go_by_the_other()
    {
        var (before, after) = (new PresentSession(), new PresentSession());
        await Of<PresentSessions>(0).Claim("s-1", before);
        await Of<PresentSessions>(1).Claim("s-1", after);
        // On a busy machine it may not have answered before it was given up.
        await Eventually.True(() => Task.FromResult(before.Released), "the release");
        Assert.False(after.Released);
    }

    private T Of<T>(int silo) where T : notnull => _silos[silo].Services.GetRequiredService<T>();
}
