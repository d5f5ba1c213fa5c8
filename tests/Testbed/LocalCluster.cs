namespace GaiaOrleans.Testbed;

/// <summary>PostgreSQL, GAIA_HOME, silos and a standalone gateway, each a real process. Disposing stops them all.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    readonly List<SiloProcess> _silos = [];
    readonly List<GatewayProcess> _furtherGateways = [];
    readonly DirectoryInfo _gatewayStates = Directory.CreateTempSubdirectory("gaia-gateways-");
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
            };
            environment.TryAdd("Rollout__Rehearsal", "true");
            // Beside the others', not where this machine keeps its own.
            Dictionary<string, string?> With(string name) => new(environment) { ["Gateway__StateFile"] = Path.Combine(cluster._gatewayStates.FullName, name + ".json") };
            for (var i = 1; i <= silos; i++) cluster._silos.Add(new($"gaia_node_{i}", With($"gaia_node_{i}")));
            await Task.WhenAll(cluster._silos.Select(s => s.UntilReadyAsync()));
            cluster._environment = environment;
            cluster.Gateway = new(With(GatewayProcess.DefaultName));
            await cluster.Gateway.UntilReadyAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further standalone gateway; returns when it is ready.</summary>
    /// <param name="name">As it registers.</param>
    /// <param name="settings">In addition to the cluster's own.</param>
    public async Task<GatewayProcess> AddGatewayAsync(string name, IReadOnlyDictionary<string, string?> settings)
    {
        var environment = new Dictionary<string, string?>(_environment) { ["Gateway__StateFile"] = Path.Combine(_gatewayStates.FullName, name + ".json") };
        foreach (var (key, value) in settings) environment[key] = value;
        var gateway = new GatewayProcess(environment, name);
        _furtherGateways.Add(gateway);
        await gateway.UntilReadyAsync();
        return gateway;
    }

    /// <summary>A further silo; returns when it has joined and is ready.</summary>
    /// <inheritdoc cref="AddGatewayAsync" path="/param"/>
    public async Task<SiloProcess> AddSiloAsync(string name, IReadOnlyDictionary<string, string?> settings)
    {
        var environment = new Dictionary<string, string?>(_environment) { ["Gateway__StateFile"] = Path.Combine(_gatewayStates.FullName, name + ".json") };
        foreach (var (key, value) in settings) environment[key] = value;
        var silo = new SiloProcess(name, environment);
        _silos.Add(silo);
        await silo.UntilReadyAsync();
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _furtherGateways) await gateway.DisposeAsync();
        if (Gateway is not null) await Gateway.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        await Legacy.DisposeAsync();
        await Postgres.DisposeAsync();
        _gatewayStates.Delete(recursive: true);
    }
}
