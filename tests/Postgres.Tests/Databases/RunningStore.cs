using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Silo.Postgres;
using GaiaOrleans.Silo.Postgres.Events;
using GaiaOrleans.Silo.Postgres.Retention;
using GaiaOrleans.Silo.Postgres.Sessions;
using GaiaOrleans.Silo.Postgres.Validation;
using GaiaOrleans.Silo.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>The stores of one silo, wired as a silo wires them, with their loops running.</summary>
internal sealed class RunningStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _stopped;

    private RunningStore(string connectionString, (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append((Key: "ConnectionString", Value: connectionString)).Select(s => KeyValuePair.Create(s.Key.Contains(':', StringComparison.Ordinal) ? s.Key : $"Postgres:{s.Key}", (string?)s.Value)))
            .Build());
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ILocalSiloDetails>(new OneSilo());
        services.Configure<GaiaOptions>(o => o.ClusterId = OneSilo.Cluster);
        services.AddSingleton<MigrationTally>().AddSingleton<SiloLease>().AddSingleton<IClusterMembershipService>(new OneActiveSilo());
        services.AddOptions<RetentionOptions>().BindConfiguration("Retention");
        services.AddGaiaPostgres();
        _services = services.BuildServiceProvider();
    }

    public NpgsqlDataSource Database => _services.GetRequiredService<NpgsqlDataSource>();
    public NpgsqlDataSource Lookups => _services.GetRequiredKeyedService<NpgsqlDataSource>(PostgresHosting.Lookups);
    public ISessionStore Sessions => _services.GetRequiredService<ISessionStore>();
    public IRunLedger Ledger => _services.GetRequiredService<IRunLedger>();
    public MigrationTally Tally => _services.GetRequiredService<MigrationTally>();
    public IWindowStore Windows => _services.GetRequiredService<IWindowStore>();
    public IGuardStore Guard => _services.GetRequiredService<IGuardStore>();
    public SiloLease Lease => _services.GetRequiredService<SiloLease>();
    public WindowFlush Flush => _services.GetRequiredService<WindowFlush>();
    public IMigrationFigures Figures => _services.GetRequiredService<IMigrationFigures>();
    public RetentionSweep Retention => _services.GetRequiredService<RetentionSweep>();
    public IEventLog Events => _services.GetRequiredService<IEventLog>();
    public ConflictEvents ConflictEvents => _services.GetRequiredService<ConflictEvents>();
    public IRolloutStore Rollout => _services.GetRequiredService<IRolloutStore>();

    public static async Task<RunningStore> Start(string connectionString, params (string Key, string Value)[] settings)
    {
        var store = new RunningStore(connectionString, settings);
        await store._services.GetRequiredService<GroupCommit>().StartAsync(CancellationToken.None);
        await store._services.GetRequiredService<BatchedLoad>().StartAsync(CancellationToken.None);
        await store._services.GetRequiredService<ErrorLog>().StartAsync(CancellationToken.None);
        await store._services.GetRequiredService<ValidationLog>().StartAsync(CancellationToken.None);
        return store;
    }

    /// <summary>As a host stops them: in reverse order.</summary>
    public async Task Stop()
    {
        _stopped = true;
        await _services.GetRequiredService<ValidationLog>().StopAsync(CancellationToken.None);
        await _services.GetRequiredService<ErrorLog>().StopAsync(CancellationToken.None);
        await _services.GetRequiredService<BatchedLoad>().StopAsync(CancellationToken.None);
        await _services.GetRequiredService<GroupCommit>().StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped) await Stop();
        await _services.DisposeAsync();
    }
}
