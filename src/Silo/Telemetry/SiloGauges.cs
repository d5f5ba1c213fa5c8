using System.Diagnostics.Metrics;
using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Silo.Cluster;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>Gauges over the whole cluster's state, read every few seconds so that a scrape costs no query.</summary>
internal sealed partial class SiloGauges : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);
    private static readonly string[] CircuitStates = ["closed", "open", "half_open"];
    private readonly ISessionStore _sessions;
    private readonly CountedSessions _counted;
    private readonly IGrainFactory _grains;
    private readonly ILegacySessions _legacy;
    private readonly SessionInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger<SiloGauges> _logger;
    private volatile Reading? _reading;
    private volatile SessionCounts? _counts;
    private Task _counting = Task.CompletedTask;

    private sealed record Reading(SyncLag Lag, RunStatus Migrate, RunStatus Verify, GuardVerdict Guard);

    public SiloGauges(
        IMeterFactory meters, ClusterView cluster, ISessionStore sessions, CountedSessions counted, IGrainFactory grains, ILegacySessions legacy, SessionInstruments instruments,
        TimeProvider time, ILogger<SiloGauges> logger)
    {
        (_sessions, _counted, _grains, _legacy, _instruments, _time, _logger) = (sessions, counted, grains, legacy, instruments, time, logger);
        var meter = meters.Create(SessionInstruments.MeterName);
        Gauge(meter, "gaia_sync_lag", "s", "Age of the oldest acknowledged change that legacy lacks; 0 when there is none.", r => r.Lag.Oldest.TotalSeconds);
        Gauge(meter, "gaia_pending_sessions", null, "Sessions with a change that legacy lacks.", r => r.Lag.Pending);
        Gauge(meter, "gaia_conflicts_open", null, "Conflicts that wait for a decision.", r => r.Lag.OpenConflicts);
        Gauge(meter, "gaia_guard_verdict", null, "0 insufficient, 1 ok, 2 investigate, 3 pause.", r => (int)r.Guard);
        meter.CreateObservableGauge("gaia_cluster_active_silos", () => cluster.Active, description: "Silos that the membership counts as active.");
        meter.CreateObservableGauge("gaia_cluster_expected_silos", () => cluster.Expected, description: "Silos that there should be.");
        meter.CreateObservableGauge("gaia_cluster_quorum", () => cluster.HasQuorum ? 1 : 0, description: "1 while more than half of the expected silos are active.");
        meter.CreateObservableGauge("gaia_sessions", Sessions, description: "Sessions by state, as last counted.");
        meter.CreateObservableGauge("gaia_legacy_circuit", Circuit, description: "1 for the state of this silo's circuit to GAIA_HOME: closed (requests are sent), open (none is) or half_open (one tries).");
        meter.CreateObservableGauge("gaia_run_progress_ratio", Runs, description: "Finished share of each kind of run, 0 to 1.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // By now metrics are collected: hosted services start in turn, and that one is the first.
        _instruments.Foresee();
        using var timer = new PeriodicTimer(Period, _time);
        do
        {
            try
            {
                await Count(stoppingToken);
                _reading = new(
                    await _sessions.Lag(stoppingToken),
                    await _grains.GetGrain<IRunGrain>(IRunGrain.Migrate).Status(stoppingToken), await _grains.GetGrain<IRunGrain>(IRunGrain.Verify).Status(stoppingToken),
                    (await _grains.GetGrain<IGuardGrain>(IGuardGrain.Key).Status(stoppingToken)).Reading.Verdict);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // An old figure would look like a fact: none is exported until it can be read again.
                (_reading, _counts) = (null, null);
                LogNotRead(_logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Counting a very large store takes minutes, for which no other figure waits.</summary>
    private async Task Count(CancellationToken cancellationToken)
    {
        if (_counting.IsCompleted) _counting = Recount(cancellationToken);
        try
        {
            await _counting.WaitAsync(Quick, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on, and what was counted before is shown as long.
        }
    }

    private async Task Recount(CancellationToken cancellationToken)
    {
        try
        {
            _counts = await _counted.Recent(cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            _counts = null;
            LogNotRead(_logger, e.Message);
        }
    }

    private void Gauge(Meter meter, string name, string? unit, string description, Func<Reading, double> value) => meter.CreateObservableGauge(
        name, () => _reading is { } reading ? [new Measurement<double>(value(reading))] : Array.Empty<Measurement<double>>(), unit, description);

    private IEnumerable<Measurement<long>> Sessions() => _counts is not { } counts ? [] :
    [
        new(counts.Live, new KeyValuePair<string, object?>("state", "live")), new(counts.Deleted, new KeyValuePair<string, object?>("state", "deleted")),
        new(counts.Migrated, new KeyValuePair<string, object?>("state", "migrated")),
    ];

    private IEnumerable<Measurement<int>> Circuit() => CircuitStates.Select(state => new Measurement<int>(_legacy.Circuit == state ? 1 : 0, new KeyValuePair<string, object?>("state", state)));

    private IEnumerable<Measurement<double>> Runs() => _reading is not { } r || _counts is not { } counts ? [] :
        from run in (RunStatus[])[r.Migrate, r.Verify]
        let ratio = RunProgress.Ratio(run, counts.Live)
        where ratio is not null
        select new Measurement<double>(ratio.Value, new KeyValuePair<string, object?>("kind", run.Kind));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gauges were not refreshed: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string reason);
}
