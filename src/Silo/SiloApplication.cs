using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Limits;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Telemetry;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Archives;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Silo.Archives;
using GaiaOrleans.Silo.Checklist;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.Conflicts;
using GaiaOrleans.Silo.Consoles;
using GaiaOrleans.Silo.Description;
using GaiaOrleans.Silo.Events;
using GaiaOrleans.Silo.InMemory;
using GaiaOrleans.Silo.Legacy;
using GaiaOrleans.Silo.Postgres;
using GaiaOrleans.Silo.Postgres.Rollouts;
using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Silo.Rollouts;
using GaiaOrleans.Silo.Runs;
using GaiaOrleans.Silo.Sessions;
using GaiaOrleans.Silo.Telemetry;
using GaiaOrleans.Silo.Webhooks;
using GaiaOrleans.Silo.Windows;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace GaiaOrleans.Silo;

/// <summary>One silo as a web application: what it is made of, and what it answers.</summary>
internal static class SiloApplication
{
    /// <summary>A silo on PostgreSQL, its schema brought up to this build and its first state planted.</summary>
    public static async Task<WebApplication> OnPostgres(string[] args, CancellationToken cancellationToken)
    {
        var builder = HostBegin.NewApplication(args);
        builder.Configuration.AddSecretFiles();
        var postgres = Required<PostgresOptions, PostgresOptionsValidator>(builder.Configuration, "Postgres");
        var environment = DualWriteEnvironment.Read(builder.Configuration);
        // Neither needs the other, and a silo that starts is one the cluster waits for.
        var database = Prepare(postgres, environment, cancellationToken);
        WebApplication? app = null;
        try
        {
            builder.Services.AddGaiaPostgres();
            app = Build(builder, environment, silo => silo.UsePostgresCluster(postgres.ConnectionString));
            await database;
            return app;
        }
        catch
        {
            await database.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (app is not null) await app.DisposeAsync();
            throw;
        }
    }

    private static async Task Prepare(PostgresOptions postgres, DualWriteEnvironment environment, CancellationToken cancellationToken)
    {
        await Schema.Upgrade(postgres.OwnerConnectionString is { Length: > 0 } owner ? owner : postgres.ConnectionString, cancellationToken,
            script => Console.Error.WriteLine($"The schema script {script} waits for a table that somebody uses, a backup perhaps; it is tried again."));
        await SchemaRights.Grant(postgres, cancellationToken);
        await RolloutSeed.Plant(postgres.ConnectionString, environment.Seed, TimeProvider.System.GetUtcNow(), cancellationToken);
    }

    /// <summary>One of several silos in this process, on memory that ends with it.</summary>
    public static WebApplication InMemory(string[] args, SharedMemory memory, Action<ISiloBuilder> cluster)
    {
        var builder = HostBegin.NewApplication(args);
        builder.Services.AddSingleton<ISessionStore>(memory.Sessions).AddSingleton<IRolloutStore>(memory.Rollout).AddSingleton<IEventLog>(memory.Rollout.Events).AddSingleton(memory.Sessions).AddSingleton<IRunLedger>(memory.Ledger);
        builder.Services.AddSingleton<IDeliveryLog>(memory.Deliveries).AddSingleton<IEvidenceSource, InMemoryEvidence>();
        builder.Services.AddSingleton(memory.Windows).AddSingleton<IWindowStore>(memory.Windows).AddSingleton<IGuardStore>(memory.Guard).AddSingleton<IMigrationFigures, InMemoryFigures>().AddHostedService<WindowFlush>();
        return Build(builder, DualWriteEnvironment.Read(builder.Configuration), silo =>
        {
            cluster(silo);
            silo.AddMemoryGrainStorage(RunGrain.Storage).UseInMemoryReminderService();
        });
    }

    private static WebApplication Build(WebApplicationBuilder builder, DualWriteEnvironment environment, Action<ISiloBuilder> cluster)
    {
        var node = Required<NodeOptions, NodeOptionsValidator>(builder.Configuration, "Gaia");
        var gaia = Required<GaiaOptions, GaiaOptionsValidator>(builder.Configuration, "Gaia");
        var detection = Required<DetectionOptions, DetectionOptionsValidator>(builder.Configuration, "Cluster");
        // First: whatever reads the time reads this one's.
        builder.Services.AddSteadyClock();
        builder.AddGaiaTelemetry("gaia-silo");
        builder.AddGaiaAccess().AddGaiaLimits();
        builder.AddGaiaConsole(gaia);
        builder.Services.AddSingleton(environment);
        builder.Services.AddLegacySessions().AddPreflight();
        if (environment.Timeout is { } timeout) builder.Services.Configure<LegacyOptions>(o => o.Timeout = timeout);
        builder.UseOrleans(silo =>
        {
            silo.AddGaiaSilo(node, gaia, detection);
            if (TelemetryHosting.Exports(builder.Configuration)) silo.AddActivityPropagation();
            cluster(silo);
        });
        builder.Services.AddGaiaGrains();
        builder.Services.AddGaiaGateway("silo").AddGaiaHttp();
        builder.Services.Configure<GaiaOrleans.Gateway.GatewayOptions>(o => o.Name = node.SiloName);
        builder.Services.AddDescription();
        builder.Services.AddSingleton<ClusterView>().AddHostedService(s => s.GetRequiredService<ClusterView>());
        builder.Services.AddSingleton(Options.Create(detection)).AddSingleton<LeaseWitnesses>().AddSingleton<SessionRelease>().AddSingleton<IsolationWatch>().AddHostedService(s => s.GetRequiredService<IsolationWatch>());
        builder.Services.AddSingleton<ScrapeNotice>().AddHostedService(s => s.GetRequiredService<ScrapeNotice>());
        builder.Services.AddHostedService<RepairPump>().AddHostedService<CircuitTrial>().AddHostedService<GrainKeeper>().AddHostedService<SiloGauges>();
        builder.Services.AddSingleton<EventTail>().AddHostedService(s => s.GetRequiredService<EventTail>()).AddHostedService<ClusterEvents>();
        builder.Services.AddSingleton<IWebhookEndpoint, HttpWebhookEndpoint>();
        // Longer than the deactivation of its grains, shorter than any orchestrator's grace time.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(45));
        builder.Services.Configure<GrainCollectionOptions>(o => o.DeactivationTimeout = TimeSpan.FromSeconds(20));
        var app = builder.Build();
        app.Services.GetRequiredService<ProcessClock>();
        // The gateway and the grains of one process learn of a change together.
        var silo = app.Services.GetRequiredService<SiloLease>();
        app.Services.GetRequiredService<GatewayLease>().Applying = silo.CatchUp;
        app.Services.GetRequiredService<PresentSessions>().Others = app.Services.GetRequiredService<SessionRelease>().Everywhere;
        app.Services.GetRequiredService<LocalSessions>().Reader = app.Services.GetRequiredService<PresentSessions>().Read;
        app.Services.GetRequiredService<SessionCharges>().Taker = app.Services.GetRequiredService<MigrationTally>().Charge;
        Map(app);
        return app;
    }

    private static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseUnroutedProblems();
        app.UseGaiaAccess();
        app.UseRequestMetrics();
        app.UseGaiaLimits();
        app.UseCharging();
        app.MapSessions();
        app.MapTrafficSplit();
        app.MapMigrationSessions();
        app.MapConflicts();
        app.MapPreflight();
        app.MapRollout();
        app.MapPins();
        app.MapCompletion();
        app.MapMigrationStatus();
        app.MapPhases();
        app.MapChecklist();
        app.MapRuns();
        app.MapEvents();
        app.MapWebhooks();
        app.MapEvidence();
        app.MapFigures();
        app.MapTimeseries();
        app.MapValidation();
        app.MapCluster();
        app.MapSiloHealth();
        app.MapGateway();
        app.MapMetrics();
        app.MapOpenApi("/openapi/v1.json");
        app.MapGaiaConsole();
        app.MapDashboard();
    }

    private static void MapMetrics(this WebApplication app)
    {
        var notice = app.Services.GetRequiredService<ScrapeNotice>();
        app.UseWhen(context => context.Request.Path == "/metrics", branch => branch.Use((context, next) =>
        {
            notice.Seen();
            return next(context);
        }));
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>Options that are needed before the container exists, checked like the rest.</summary>
    private static TOptions Required<TOptions, TValidator>(IConfiguration configuration, string section)
        where TOptions : class, new()
        where TValidator : IValidateOptions<TOptions>, new()
    {
        var options = configuration.GetSection(section).Get<TOptions>() ?? new();
        var result = new TValidator().Validate(null, options);
        return result.Failed ? throw new OptionsValidationException(section, typeof(TOptions), result.Failures) : options;
    }
}
