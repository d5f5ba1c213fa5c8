namespace GaiaOrleans.Testbed;

/// <summary>PostgreSQL, GAIA_HOME, silos and a standalone gateway, each a real process. Disposing stops them all.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    readonly List<SiloProcess> _silos = [];
    IReadOnlyDictionary<string, string?> _environment = new Dictionary<string, string?>();

    LocalCluster(PostgresServer postgres, GaiaHomeProcess legacy) => (Postgres, Legacy) = (postgres, legacy);

    public PostgresServer Postgres { get; }

    public GaiaHomeProcess Legacy { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public GatewayProcess Gateway { get; private set; } = null!;

    public string ConnectionString { get; private set; } = "";

    /// <summary>Returns when every silo and the gateway are ready.</summary>
    /// <param name="sessions">How many sessions GAIA_HOME holds.</param>
    /// <param name="settings">Further environment of every silo and the gateway.</param>
    /// <param name="legacy">Further arguments of GAIA_HOME.</param>
    public static async Task<LocalCluster> StartAsync(int silos = 3, int sessions = 100, IReadOnlyDictionary<string, string?>? settings = null, IReadOnlyList<string>? legacy = null)
    {
        var postgres = await PostgresServer.StartAsync();
        var cluster = new LocalCluster(postgres, await GaiaHomeProcess.StartAsync(["--seed", $"{sessions}", .. legacy ?? []]));
        try
        {
            cluster.ConnectionString = await postgres.CreateDatabaseAsync("gaia");
            var environment = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
            {
                ["Postgres__ConnectionString"] = cluster.ConnectionString,
                ["Legacy__BaseUrl"] = cluster.Legacy.Url.ToString(),
                ["Gaia__ExpectedSilos"] = $"{silos}",
                ["Rollout__Rehearsal"] = "true",
            };
            cluster._environment = environment;
            for (var i = 1; i <= silos; i++) cluster._silos.Add(new($"gaia_node_{i}", environment));
            await Task.WhenAll(cluster._silos.Select(s => s.UntilReadyAsync()));
            cluster.Gateway = new(environment);
            await cluster.Gateway.UntilReadyAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another standalone gateway of the same cluster; the caller stops it.</summary>
    /// <param name="settings">What it has in place of the others' environment.</param>
    public async Task<GatewayProcess> StartGatewayAsync(string name, IReadOnlyDictionary<string, string?> settings)
    {
        var environment = new Dictionary<string, string?>(_environment);
        foreach (var (setting, value) in settings) environment[setting] = value;
        var gateway = new GatewayProcess(environment, name);
        await gateway.UntilReadyAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null) await Gateway.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        await Legacy.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
