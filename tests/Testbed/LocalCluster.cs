namespace GaiaOrleans.Testbed;

/// <summary>PostgreSQL, GAIA_HOME, silos and a standalone gateway, each a real process. Disposing stops them all.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    readonly List<SiloProcess> _silos = [];

    LocalCluster(PostgresServer postgres, GaiaHomeProcess legacy) => (Postgres, Legacy) = (postgres, legacy);

    public PostgresServer Postgres { get; }

    public GaiaHomeProcess Legacy { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public GatewayProcess Gateway { get; private set; } = null!;

    public string ConnectionString { get; private set; } = "";

    /// <summary>Returns when every silo and the gateway are ready.</summary>
    /// <param name="sessions">How many sessions GAIA_HOME holds.</param>
    /// <param name="settings">Further environment of every silo and the gateway.</param>
    public static async Task<LocalCluster> StartAsync(int silos = 3, int sessions = 100, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var postgres = await PostgresServer.StartAsync();
        var cluster = new LocalCluster(postgres, await GaiaHomeProcess.StartAsync(["--seed", $"{sessions}"]));
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

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null) await Gateway.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        await Legacy.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
