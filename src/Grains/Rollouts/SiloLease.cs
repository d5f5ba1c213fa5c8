using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>
/// What this silo knows of the rollout, and until when it may act on it. A frozen or cut-off silo finds its lease over before it can answer
/// from a past that is gone.
/// </summary>
public sealed partial class SiloLease(IRolloutStore store, TimeProvider time, IOptions<RolloutOptions> options, ILogger<SiloLease> logger) : BackgroundService
{
    private readonly Lock _gate = new();
    private Held? _held;
    private decimal? _lowest;
    private Task<RolloutState>? _running;
    private Task<RolloutState>? _next;

    private sealed record Held(RolloutState State, long Until, long ReadAt, StoreClock Clock);

    /// <summary>This silo may act on what it knows.</summary>
    public bool Holds => Volatile.Read(ref _held) is { } held && time.GetTimestamp() < held.Until;

    /// <summary>Since the last reading that counted this silo as active began; null = there has been none.</summary>
    public TimeSpan? Unread => Volatile.Read(ref _held) is { } held ? time.GetElapsedTime(held.ReadAt) : null;

    /// <summary>The store's clock, which is one for all silos and gateways; never ahead of it. Null before the first reading.</summary>
    public DateTimeOffset? StoreNow => Volatile.Read(ref _held)?.Clock.Now(time);

    /// <summary>The state in force. Completes at once while the lease holds; otherwise tries to renew it.</summary>
    /// <exception cref="LeaseLostException">The row cannot be read, or the cluster no longer counts this silo.</exception>
    public ValueTask<RolloutState> Current(CancellationToken cancellationToken) => AtLeast(0, cancellationToken);

    /// <summary>As <see cref="Current"/>, for a caller that knows of <paramref name="epoch"/>: an older state is read anew. It stays older where that epoch was of an incarnation that is over.</summary>
    /// <exception cref="LeaseLostException">As of <see cref="Current"/>.</exception>
    public ValueTask<RolloutState> AtLeast(long epoch, CancellationToken cancellationToken) =>
        Known(epoch) is { } known ? new(known) : new(Refresh(cancellationToken));

    /// <summary>What <see cref="AtLeast"/> completes with at once, or null where the row would have to be read.</summary>
    public RolloutState? Known(long epoch) =>
        Volatile.Read(ref _held) is { } held && time.GetTimestamp() < held.Until && held.State.Epoch >= epoch ? held.State : null;

    /// <summary>The state for a request that was routed under <paramref name="epoch"/>.</summary>
    /// <exception cref="StaleEpochException">The request was routed under another state than the one in force.</exception>
    public async ValueTask<RolloutState> At(long epoch, CancellationToken cancellationToken)
    {
        var state = await AtLeast(epoch, cancellationToken);
        // A newer one than the row's own is of an incarnation that is over: a restore goes back in epochs.
        return epoch != state.Epoch ? throw new StaleEpochException(epoch, state.Epoch) : state;
    }

    /// <summary>Knows at least <paramref name="state"/> when it returns.</summary>
    public async Task CatchUp(RolloutState state)
    {
        if (Volatile.Read(ref _held)?.State is { } known && Newer(state, known)) await Refresh(CancellationToken.None);
    }

    /// <summary>
    /// Reads the row now. Callers at the same time share a read, but only one that began after they asked: a lease counted from the asking
    /// must not rest on an older answer.
    /// </summary>
    public Task<RolloutState> Refresh(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var mine = _running is null or { IsCompleted: true } ? _running = Renew() : _next ??= RenewAfter(_running);
            return mine.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The state last read, and the lowest percentage that the target served of all that were read since this was last asked; 0 before the first. A change waits for
    /// every gateway, so none is passed over by one that serves.
    /// </summary>
    public (RolloutState? State, decimal LowestPercentage) Passed()
    {
        lock (_gate)
        {
            var state = Volatile.Read(ref _held)?.State;
            var lowest = _lowest ?? 0;
            _lowest = state?.ServedPercentage;
            return (state, lowest);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SiloLease / 4, time);
        do
        {
            try
            {
                await Refresh(stoppingToken);
            }
            catch (LeaseLostException)
            {
                // Logged where it was found; the next tick tries again, and until then requests are refused.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<RolloutState> RenewAfter(Task<RolloutState> running)
    {
        // Yields even when that read has ended meanwhile: the caller, who holds the gate, has yet to store this task.
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        Task<RolloutState> mine;
        lock (_gate)
        {
            mine = _running = Renew();
            _next = null;
        }

        return await mine;
    }

    private async Task<RolloutState> Renew()
    {
        var started = time.GetTimestamp();
        var until = started + (long)(options.Value.SiloLease.TotalSeconds * time.TimestampFrequency);
        try
        {
            var reading = await store.Read(CancellationToken.None);
            if (!reading.SiloActive)
            {
                LogNotActive(logger);
                throw new LeaseLostException();
            }

            // From its end on: it was read before that.
            var clock = new StoreClock(reading.At, time.GetTimestamp());
            lock (_gate)
            {
                _lowest = Math.Min(reading.State.ServedPercentage, _lowest ?? reading.State.ServedPercentage);
                // A reading that began before another one may end after it.
                if (_held is { } known && Newer(known.State, reading.State)) return known.State;
                Volatile.Write(ref _held, new(reading.State, until, started, clock));
            }

            return reading.State;
        }
        catch (Exception e) when (e is not LeaseLostException)
        {
            LogUnreadable(logger, e.Message);
            throw new LeaseLostException();
        }
    }

    private static bool Newer(RolloutState state, RolloutState than) => (state.Incarnation, state.Epoch).CompareTo((than.Incarnation, than.Epoch)) > 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rollout row cannot be read, requests are refused when the lease ends: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster does not count this silo as active: it serves no sessions")]
    private static partial void LogNotActive(ILogger logger);
}
