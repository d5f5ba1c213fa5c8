using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>
/// What this gateway routes by, and until when it may. Renewed from the stored row; a push only makes it faster. Counted on the monotonic
/// clock from before each read, so a frozen process finds its lease over.
/// </summary>
public sealed partial class GatewayLease(TimeProvider time, IOptions<GatewayOptions> options, ILogger<GatewayLease> logger) : IGatewayObserver
{
    private readonly Lock _gate = new();
    private readonly List<EpochScope> _retired = [];
    private EpochScope? _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Term? _term;
    private StoreClock? _clock;

    /// <summary>The newest reading's start, and how long it counts; both in ticks of the clock.</summary>
    private sealed record Term(long ReadAt, TimeSpan Length);

    /// <summary>Awaited for each state that is pushed here, before it is acknowledged: what else this process knows must not be older.</summary>
    public Func<RolloutState, Task> Applying { get; set; } = static _ => Task.CompletedTask;

    /// <summary>The last state this gateway knew, in force or not.</summary>
    public RolloutState? Known => Volatile.Read(ref _current)?.State;

    public bool Held => _current is not null && Volatile.Read(ref _term) is { } term && time.GetElapsedTime(term.ReadAt) < term.Length;

    /// <summary>Since the last reading began; without one, longer than any lease.</summary>
    public TimeSpan Age => Volatile.Read(ref _term) is { } term ? time.GetElapsedTime(term.ReadAt) : TimeSpan.MaxValue;

    /// <summary>How long a reading counts here: as configured, but never longer than the cluster waits for a gateway that does not answer.</summary>
    public TimeSpan Length => Volatile.Read(ref _term)?.Length ?? options.Value.Lease;

    /// <summary>The store's clock, which is one for all silos and gateways; never behind it. Null where no silo has told it.</summary>
    public DateTimeOffset? StoreNow => Volatile.Read(ref _clock)?.Now(time);

    public long InFlight
    {
        get { lock (_gate) return (_current?.InFlight ?? 0) + _retired.Sum(s => s.InFlight); }
    }

    /// <summary>Enters the present epoch; the caller leaves the scope when its request has been answered.</summary>
    /// <returns>Null when there has never been a reading.</returns>
    public EpochScope? Enter()
    {
        while (true)
        {
            var scope = Volatile.Read(ref _current);
            if (scope is null || scope.TryEnter()) return scope;
        }
    }

    /// <summary>A reading that was begun at <paramref name="startedAt"/>.</summary>
    public void Renewed(RolloutGrant grant, long startedAt)
    {
        // From before the question: it was read after that.
        if (grant.StoreTime is { } told) Volatile.Write(ref _clock, new(told, startedAt));
        lock (_gate)
        {
            if (!Install(grant.State)) return;
            var length = grant.Lease < options.Value.Lease ? grant.Lease : options.Value.Lease;
            if (length < options.Value.Lease && length != _term?.Length) LogShortened(logger, options.Value.Lease, grant.Lease);
            Volatile.Write(ref _term, new(Math.Max(_term?.ReadAt ?? startedAt, startedAt), length));
        }
    }

    /// <summary>Completes when the state changes from the one of this epoch.</summary>
    public Task ChangedFrom(long epoch)
    {
        lock (_gate) return _current?.State.Epoch != epoch ? Task.CompletedTask : _changed.Task;
    }

    public async Task<long> Apply(RolloutState state)
    {
        Task[] draining;
        long epoch;
        lock (_gate)
        {
            Install(state);
            _retired.RemoveAll(s => s.Drained.IsCompleted);
            draining = [.. _retired.Select(s => s.Drained)];
            epoch = _current!.State.Epoch;
        }

        await Applying(state);
        await Task.WhenAll(draining);
        return epoch;
    }

    /// <summary>Answers false for a state older than the one in force: it neither replaces it nor prolongs anything.</summary>
    private bool Install(RolloutState state)
    {
        var before = _current?.State;
        if (before is not null && (state.Incarnation, state.Epoch).CompareTo((before.Incarnation, before.Epoch)) < 0) return false;
        if (before?.Epoch == state.Epoch && before.Incarnation == state.Incarnation) return true;
        var old = _current;
        Volatile.Write(ref _current, new(state));
        if (old is not null)
        {
            old.Retire();
            _retired.Add(old);
        }

        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LogEpoch(logger, state.Epoch, state.GoPercentage, state.DualWrite.Enabled, state.DualWrite.Closing);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gateway:Lease is {Own}, but the cluster waits only for its own Rollout:Lease, {Cluster}: that counts. Set Gateway__Lease to at most that")]
    private static partial void LogShortened(ILogger logger, TimeSpan own, TimeSpan cluster);

    [LoggerMessage(Level = LogLevel.Information, Message = "migration: routing by epoch {Epoch}, go {Percentage} %, dual-write {Enabled}, closing {Closing}")]
    private static partial void LogEpoch(ILogger logger, long epoch, decimal percentage, bool enabled, bool closing);
}
