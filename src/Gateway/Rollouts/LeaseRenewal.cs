using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>Registers this gateway with the rollout before it serves, and renews its lease for as long as it lives.</summary>
public sealed partial class LeaseRenewal(
    GatewayLease lease, EmergencySwitch emergency, EmergencyObserver observer, IGrainFactory grains, GatewayKind kind, GatewayName name, TimeProvider time, IOptions<GatewayOptions> options, ILogger<LeaseRenewal> logger) : BackgroundService
{
    private const int HeartbeatEvery = 2;
    private const int Readers = 8;

    private uint _reader;
    private bool _passedOn;
    private readonly Lock _gate = new();
    private Task? _renewal;
    private IGatewayObserver? _observer;
    private volatile bool _registered;

    /// <summary>What this process is registered as, until it ends.</summary>
    public string Id { get; } = Guid.CreateVersion7().ToString();

    /// <summary>What was asked for last. It is carried out whether or not somebody waits for it, so whoever takes this gateway out waits first.</summary>
    public Task LastRegistration { get; private set; } = Task.CompletedTask;

    // Longer than the rollout needs to finish what an earlier activation of it left half done, which is two leases with their margins.
    private TimeSpan RegisterWithin => lease.Length * 2.5;

    private TimeSpan Pace => options.Value.Renew < lease.Length / 2 ? options.Value.Renew : lease.Length / 2;

    /// <summary>Reads the row now. Requests that need it at the same time share one read.</summary>
    /// <exception cref="LeaseLostException">Not registered yet: whoever changes the rollout would not know whom to wait for.</exception>
    public Task Renew(CancellationToken cancellationToken)
    {
        if (!_registered) throw new LeaseLostException();
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
        await name.Settled.WaitAsync(stoppingToken);
        await Every(1, Register, stoppingToken, until: () => _registered);
        await Task.WhenAll(Every(1, Renew, stoppingToken), Every(HeartbeatEvery, Register, stoppingToken));
    }

    private async Task Every(int beats, Func<CancellationToken, Task> work, CancellationToken stoppingToken, Func<bool>? until = null)
    {
        using var timer = new PeriodicTimer(Pace * beats, time);
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

            // The cluster may have granted a shorter lease than before.
            if (timer.Period != Pace * beats) timer.Period = Pace * beats;
        }
        while (until?.Invoke() is not true && await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Register(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        // Not before: a client that has no cluster yet cannot make one.
        _observer ??= grains.CreateObjectReference<IGatewayObserver>(observer);
        var notice = emergency.Notice;
        var gateway = new GatewayRegistration(Id, name.Value, kind.Name, lease.Known?.Epoch ?? 0, lease.InFlight, notice);
        var registering = _passedOn
            ? Reader().Register(gateway, _observer, CancellationToken.None)
            : grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Register(gateway, _observer, CancellationToken.None);
        LastRegistration = LastRegistration.IsCompleted ? registering : Task.WhenAll(LastRegistration, registering);
        RolloutGrant grant;
        try
        {
            grant = await registering.WaitAsync(RegisterWithin, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _passedOn = !_passedOn;
            throw;
        }

        lease.Renewed(grant, started);
        if (notice is not null) emergency.Answered(notice, grant.State);
        _registered = true;
    }

    private async Task Read()
    {
        var started = time.GetTimestamp();
        using var enough = new CancellationTokenSource(lease.Length / 2, time);
        try
        {
            // A client reaches each reader through one silo: while that one is frozen, the next reader is asked through another.
            lease.Renewed(await Repetition.OfRead(() => Reader().Read(CancellationToken.None), lease.Length / 8, time, enough.Token, leased: false), started);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            throw new TimeoutException("No silo has read the rollout in time.");
        }
    }

    private IRolloutReaderGrain Reader() => grains.GetGrain<IRolloutReaderGrain>(Interlocked.Increment(ref _reader) % Readers);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rollout lease was not renewed: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string reason);
}

/// <summary>Whether this gateway runs inside a silo or on its own.</summary>
public sealed record GatewayKind(string Name);
