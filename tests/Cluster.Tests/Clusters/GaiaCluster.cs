using GaiaOrleans.Cluster.Tests.Legacy;
using GaiaOrleans.Cluster.Tests.Webhooks;
using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Grains.Windows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>Three silos over one store, one rollout row and one legacy side, all of which a test may look into and disturb.</summary>
public sealed class GaiaCluster : IAsyncLifetime
{
    public static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(300);
    public static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(50);
    public static readonly TimeSpan LateRequests = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan SendLease = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;

    public GaiaCluster()
        : this(TimeProvider.System, rehearsal: true)
    {
    }

    /// <param name="time">What everything in the cluster takes for the time.</param>
    internal GaiaCluster(TimeProvider time, bool rehearsal)
    {
        (_time, RolloutOptions.Rehearsal) = (time, rehearsal);
        Rollout = new(time);
        Rows = new(Rollout, time);
        Rollout.IncarnationBegun = Rows.Forget;
        Store = new(Rows);
        RolloutStore = new(Rollout);
        EventLog = new(Rollout.Events);
        Windows = new(time == TimeProvider.System ? WindowClock : time);
        GuardEntries = new(Rollout.Events);
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureHost(host => host.Logging.SetMinimumLevel(LogLevel.Warning));
        builder.ConfigureSilo((_, silo) => Configure(silo.UseInMemoryReminderService().Services));
        Orleans = builder.Build();
    }

    public InProcessTestCluster Orleans { get; }

    /// <summary>The row that the cluster obeys, without the grain that coordinates it.</summary>
    public InMemoryRolloutStore Rollout { get; }

    /// <summary>What is stored, behind the back of every grain.</summary>
    public InMemorySessionStore Rows { get; }

    public StoreDouble Store { get; }
    public RolloutStoreDouble RolloutStore { get; }
    public LegacyDouble Legacy { get; } = new();
    public InMemoryRunLedger Ledger { get; } = new();
    public InMemoryEventLog Events => Rollout.Events;
    public EventLogDouble EventLog { get; }
    public WebhookDouble Endpoint { get; } = new();
    public InMemoryDeliveryLog Deliveries { get; } = new();
    public SharedGrainStorage RunStates { get; } = new();

    /// <summary>The clock of the windows where the cluster goes by the system's.</summary>
    public FakeTimeProvider WindowClock { get; } = new(TimeProvider.System.GetUtcNow());

    public InMemoryWindowStore Windows { get; }

    public InMemoryGuardStore GuardEntries { get; }

    /// <summary>What every silo's guard goes by.</summary>
    public GuardOptions GuardOptions { get; } = new();

    /// <summary>What every silo's rollout goes by.</summary>
    public RolloutOptions RolloutOptions { get; } = new() { Lease = Lease, SiloLease = Lease, Margin = Margin, CloseWithin = CloseWithin };

    /// <summary>What every silo's sessions go by.</summary>
    public SessionOptions SessionOptions { get; } = new() { SendLease = SendLease, LateRequests = LateRequests };

    public IGuardGrain Guard => Orleans.Client.GetGrain<IGuardGrain>(IGuardGrain.Key);
    public IRolloutGrain RolloutGrain => Orleans.Client.GetGrain<IRolloutGrain>(IRolloutGrain.Key);
    public IRunGrain Migrate => Orleans.Client.GetGrain<IRunGrain>(IRunGrain.Migrate);
    public IRunGrain Reconcile => Orleans.Client.GetGrain<IRunGrain>(IRunGrain.Reconcile);
    public IRunGrain Verify => Orleans.Client.GetGrain<IRunGrain>(IRunGrain.Verify);

    public IWebhooksGrain Webhooks => Orleans.Client.GetGrain<IWebhooksGrain>(IWebhooksGrain.Key);

    public ISessionGrain Session(string id) => Orleans.Client.GetGrain<ISessionGrain>(id);

    public Task InitializeAsync() => Orleans.DeployAsync();

    public async Task DisposeAsync()
    {
        Legacy.Heal();
        await Orleans.StopAllSilosAsync();
        await Orleans.DisposeAsync();
    }

    /// <summary>Changes the stored row as if the rollout had done so long ago: fenced, and known to every silo.</summary>
    public async Task<RolloutState> Put(Func<RolloutState, RolloutState> change)
    {
        var before = Rollout.State;
        var next = change(before) with { Epoch = before.Epoch + 1, FencedEpoch = before.Epoch + 1 };
        await Write(next);
        await Known();
        return next;
    }

    /// <summary>Every silo knows the stored row: what the gateway inside each of them sees to when a change is pushed.</summary>
    public async Task Known()
    {
        foreach (var silo in Orleans.GetActiveSilos()) await silo.ServiceProvider.GetRequiredService<SiloLease>().Refresh(CancellationToken.None);
    }

    /// <summary>Changes the stored row and tells nobody.</summary>
    public Task Write(RolloutState next) =>
        Rollout.Change(next, new(next.Epoch, next.UpdatedAt, "test", "put", null, "", "", false), CancellationToken.None);

    public Task<RolloutState> DualWrite(DualWriteMode mode = DualWriteMode.GoLeads, AckPolicy ack = AckPolicy.Both) => Put(s => s with
    {
        Phase = RolloutPhase.DualWrite,
        GoPercentage = 0,
        Paused = null,
        DualWrite = new(Enabled: true, Closing: false, mode, ack),
    });

    /// <summary>The session's present activation ends, and whatever was only in its memory with it.</summary>
    public Task Forget(string id) => Orleans.DeactivateAsync(Session(id));

    public async Task<SessionRow> Row(string id) => (await Rows.Load(id, CancellationToken.None)).Row;

    /// <summary>The open validation errors, newest first.</summary>
    public async Task<IReadOnlyList<ValidationError>> Invalid() => [.. (await Rows.ListInvalid(1_000, false, CancellationToken.None)).Errors.Select(e => e.Error)];

    public async Task<RollbackResult> Rollback(decimal to = 0, bool force = false, TimeSpan? drain = null)
    {
        var flipped = await RolloutGrain.Rollback(new(to, Some.Caller("a test"), force));
        var left = (await LegacyDrain.Wait(Rows, drain ?? TimeSpan.FromSeconds(1), late: true, TimeProvider.System, CancellationToken.None)).ServedHere;
        return flipped with { Drained = left == 0, Pending = left };
    }

    public Task<SyncLag> Lag() => Rows.Lag(CancellationToken.None);

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton(_time);
        services.AddSingleton<IRolloutStore>(RolloutStore).AddSingleton<IEventLog>(EventLog).AddSingleton<IWebhookEndpoint>(Endpoint).AddSingleton<IDeliveryLog>(Deliveries).AddSingleton<ISessionStore>(Store).AddSingleton<ILegacySessions>(Legacy).AddSingleton<IRunLedger>(Ledger).AddSingleton<IWindowStore>(Windows);
        services.AddGaiaGrains();
        services.AddSingleton(Options.Create(RolloutOptions));
        services.AddSingleton<IGuardStore>(GuardEntries).AddSingleton(Options.Create(GuardOptions));
        services.AddSingleton(Options.Create(SessionOptions));
        services.Configure<RunOptions>(o => (o.PageAttempts, o.Parallel, o.ReconcileEvery, o.ReconcileRate, o.AbsentFor) = (5, 64, TimeSpan.FromMilliseconds(20), 100_000, TimeSpan.FromMilliseconds(200)));
        services.Configure<WebhookOptions>(o => (o.FirstRetry, o.LongestRetry, o.DisableAfter) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50), 5));
        services.AddKeyedSingleton<Orleans.Storage.IGrainStorage>(RunGrain.Storage, (s, _) => RunStates.By(s.GetRequiredService<OrleansJsonSerializer>()));
    }
}
