using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>Registers this gateway with the rollout before it serves, and renews its lease for as long as it lives.</summary>
public sealed partial class LeaseRenewal(
    GatewayLease lease, IGrainFactory grains, GatewayKind kind, TimeProvider time, IOptions<GatewayOptions> options, ILogger<LeaseRenewal> logger) : BackgroundService
{
    private const int HeartbeatEvery = 2;
    private readonly string _id = Guid.CreateVersion7().ToString();
    private readonly Lock _gate = new();
    private Task? _renewal;
    private IGatewayObserver? _observer;

    /// <summary>Reads the row now. Requests that need it at the same time share one read.</summary>
    public Task Renew(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_renewal is null or { IsCompleted: true }) _renewal = Read();
            return _renewal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Two loops, because they fail for different reasons: a reading needs any silo, a registration the one that holds the rollout.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _observer = grains.CreateObjectReference<IGatewayObserver>(lease);
        await Every(options.Value.Renew, Register, stoppingToken, until: () => lease.Known is not null);
        await Task.WhenAll(Every(options.Value.Renew, Renew, stoppingToken), Every(options.Value.Renew * HeartbeatEvery, Register, stoppingToken));
    }

    private async Task Every(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken stoppingToken, Func<bool>? until = null)
    {
        using var timer = new PeriodicTimer(period, time);
        do
        {
            try
            {
                await work(stoppingToken);
            }
            // A gateway outlives its cluster: whatever the reason, it tries again, and what it may do meanwhile is decided by its lease.
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogNotRenewed(logger, e.Message);
            }
        }
        while (until?.Invoke() is not true && await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Register(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var gateway = new GatewayRegistration(_id, options.Value.Name, kind.Name, lease.Known?.Epoch ?? 0, lease.InFlight);
        lease.Renewed(await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Register(gateway, _observer!, cancellationToken), started);
    }

    private async Task Read()
    {
        var started = time.GetTimestamp();
        // Not longer than half a lease: a silo that does not answer must leave time to ask another.
        lease.Renewed(await grains.GetGrain<IRolloutReaderGrain>(0).Read(CancellationToken.None).WaitAsync(options.Value.Lease / 2, time), started);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rollout lease was not renewed: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string reason);
}

/// <summary>Whether this gateway runs inside a silo or on its own.</summary>
public sealed record GatewayKind(string Name);
