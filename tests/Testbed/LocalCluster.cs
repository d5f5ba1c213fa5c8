using System.Net;
using Npgsql;

namespace GaiaOrleans.Testbed;

/// <summary>PostgreSQL, GAIA_HOME, silos and a standalone gateway, each a real process. Disposing stops them all.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    // What PostgreSQL needs for little data and its log, and some more.
    const int DiskMegabytes = 2_000;

    readonly List<SiloProcess> _silos = [];
    readonly List<GatewayProcess> _furtherGateways = [];
    readonly DirectoryInfo _gatewayStates = Directory.CreateTempSubdirectory("gaia-gateways-");
    readonly ClusterPlan _plan;
    readonly Dictionary<string, string?> _environment;
    DatabaseRoles _roles = null!;

    LocalCluster(ClusterPlan plan, PostgresServer postgres, GaiaHomeProcess legacy)
    {
        (_plan, Postgres, Legacy) = (plan, postgres, legacy);
        _environment = new(plan.Settings) { ["Legacy__BaseUrl"] = legacy.Url.ToString(), ["Gaia__ExpectedSilos"] = $"{plan.Silos}" };
        _environment.TryAdd("Rollout__Rehearsal", "true");
    }

    public PostgresServer Postgres { get; }

    public GaiaHomeProcess Legacy { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>By which silos and gateways reach the database in a network; null without one.</summary>
    public TcpLink? DatabaseLink { get; private set; }

    /// <summary>To its database, as the server's superuser. Silos and gateways run as roles of their own.</summary>
    public string ConnectionString => _roles.Administrator;

    /// <summary>As a <see cref="ClusterPlan"/> of these says; returns when every silo and the gateway are ready.</summary>
    public static Task<LocalCluster> StartAsync(
        int silos = 3, int sessions = 100, IReadOnlyDictionary<string, string?>? settings = null, IReadOnlyList<string>? legacy = null, CertificateAuthority? authority = null) =>
        StartAsync(new ClusterPlan { Silos = silos, Sessions = sessions, Settings = settings ?? new Dictionary<string, string?>(), Legacy = legacy ?? [], Authority = authority });

    /// <summary>Returns when every silo and the gateway are ready.</summary>
    public static async Task<LocalCluster> StartAsync(ClusterPlan plan)
    {
        var cluster = new LocalCluster(plan, await Database(plan), await GaiaHomeProcess.StartAsync(["--seed", $"{plan.Sessions}", .. plan.Legacy], network: plan.Network));
        try
        {
            cluster._roles = await DatabaseRoles.CreateAsync(cluster.Postgres, "gaia");
            if (plan.Network is { } network) cluster.DatabaseLink = new(new(IPAddress.Parse(network.Address), cluster.Postgres.Port));
            for (var i = 1; i <= plan.Silos; i++) await cluster.Launch($"gaia_node_{i}");
            await Task.WhenAll(cluster._silos.Select(s => s.UntilReadyAsync()));
            cluster.Gateway = new(cluster.OfGateway(GatewayProcess.DefaultName), node: await cluster.Node(), heard: line => plan.Heard(GatewayProcess.DefaultName, line));
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
        if (DatabaseLink is not null) await DatabaseLink.DisposeAsync();
        await Postgres.DisposeAsync();
        _gatewayStates.Delete(recursive: true);
    }

    // What is measured waits for the disk, as where it is deployed; what is tested need not.
    static Task<PostgresServer> Database(ClusterPlan plan) =>
        plan.Authority is { } authority ? PostgresServer.StartEncryptedAsync(authority) : plan.Network is { } network ? PostgresServer.StartAsync(network, DiskMegabytes) : PostgresServer.StartAsync(durable: Built.AsPublished);

    async Task<NetworkNode?> Node() => _plan.Network is { } network ? await network.AddAsync() : null;

    async Task Launch(string silo) => _silos.Add(new(silo, OfSilo(silo), await Node(), line => _plan.Heard(silo, line)));

    Dictionary<string, string?> OfSilo(string name)
    {
        var environment = new Dictionary<string, string?>(Of(name)) { ["Postgres__ConnectionString"] = Linked(_roles.Silo), ["Postgres__OwnerConnectionString"] = Linked(_roles.Owner) };
        foreach (var (key, value) in _plan.OfSilo(name)) environment[key] = value;
        return environment;
    }

    Dictionary<string, string?> OfGateway(string name) => new(Of(name)) { ["Postgres__ConnectionString"] = Linked(_roles.Gateway) };

    string Linked(string connection) => DatabaseLink is { } link ? new NpgsqlConnectionStringBuilder(connection) { Port = link.Port }.ConnectionString : connection;

    // Beside the others', not where this machine keeps its own.
    Dictionary<string, string?> Of(string name) => new(_environment) { ["Gateway__StateFile"] = Path.Combine(_gatewayStates.FullName, name + ".json") };
}
