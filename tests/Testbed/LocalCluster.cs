namespace GaiaOrleans.Testbed;

/// <summary>PostgreSQL, GAIA_HOME, silos and a standalone gateway, each a real process. Disposing stops them all.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    readonly List<SiloProcess> _silos = [];
    readonly List<GatewayProcess> _furtherGateways = [];
    readonly DirectoryInfo _gatewayStates = Directory.CreateTempSubdirectory("gaia-gateways-");
    Dictionary<string, string?> _environment = [];
    DatabaseRoles _roles = null!;

    LocalCluster(PostgresServer postgres, GaiaHomeProcess legacy) => (Postgres, Legacy) = (postgres, legacy);

    public PostgresServer Postgres { get; }

    public GaiaHomeProcess Legacy { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>To its database, as the server's superuser. Silos and gateways run as roles of their own.</summary>
    public string ConnectionString => _roles.Administrator;

    /// <summary>Returns when every silo and the gateway are ready.</summary>
    /// <param name="sessions">How many sessions GAIA_HOME holds.</param>
    /// <param name="settings">Further environment of every silo and the gateway.</param>
    /// <param name="legacy">Further arguments of GAIA_HOME.</param>
    /// <param name="authority">Given, its database is reached by TLS only, with a certificate of this authority.</param>
    public static async Task<LocalCluster> StartAsync(
        int silos = 3, int sessions = 100, IReadOnlyDictionary<string, string?>? settings = null, IReadOnlyList<string>? legacy = null, CertificateAuthority? authority = null)
    {
        var postgres = authority is null ? await PostgresServer.StartAsync() : await PostgresServer.StartEncryptedAsync(authority);
        var cluster = new LocalCluster(postgres, await GaiaHomeProcess.StartAsync(["--seed", $"{sessions}", .. legacy ?? []]));
        try
        {
            cluster._roles = await DatabaseRoles.CreateAsync(postgres, "gaia");
            cluster._environment = new(settings ?? new Dictionary<string, string?>()) { ["Legacy__BaseUrl"] = cluster.Legacy.Url.ToString(), ["Gaia__ExpectedSilos"] = $"{silos}" };
            cluster._environment.TryAdd("Rollout__Rehearsal", "true");
            for (var i = 1; i <= silos; i++) cluster._silos.Add(new($"gaia_node_{i}", cluster.OfSilo($"gaia_node_{i}")));
            await Task.WhenAll(cluster._silos.Select(s => s.UntilReadyAsync()));
            cluster.Gateway = new(cluster.OfGateway(GatewayProcess.DefaultName));
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
        var environment = OfGateway(name);
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
        var environment = OfSilo(name);
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

    Dictionary<string, string?> OfSilo(string name) => new(Of(name)) { ["Postgres__ConnectionString"] = _roles.Silo, ["Postgres__OwnerConnectionString"] = _roles.Owner };

    Dictionary<string, string?> OfGateway(string name) => new(Of(name)) { ["Postgres__ConnectionString"] = _roles.Gateway };

    // Beside the others', not where this machine keeps its own.
    Dictionary<string, string?> Of(string name) => new(_environment) { ["Gateway__StateFile"] = Path.Combine(_gatewayStates.FullName, name + ".json") };
}
