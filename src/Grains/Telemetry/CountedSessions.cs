using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Telemetry;

/// <summary>
/// How many sessions there are, for whoever shows it. In a large store that is not counted anew for everybody who looks: status and console are looked at every
/// few seconds by many. What is decided by a number asks for that one by itself (<see cref="ISessionStore.Lag"/>).
/// </summary>
public sealed class CountedSessions(Func<CancellationToken, Task<SessionCounts>> count, TimeProvider time)
{
    /// <summary>From so many rows on the last count is shown for a while (<see cref="CountPace"/>).</summary>
    public const long Large = 100_000;

    // Whoever looks at the rest of what is shown would wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A small store is counted by then.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private (SessionCounts Counts, long At, TimeSpan For)? _last;
    private (Task<SessionCounts> Counts, long Since)? _running;

    /// <summary>As they are now; of a large store as they were at most five minutes ago.</summary>
    /// <exception cref="StorageUnavailableException">The database did not answer, or is still counting.</exception>
    public Task<SessionCounts> Recent(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last.At) < last.For) return Task.FromResult(last.Counts);
            // Whoever has changed something just now sees it: a count that somebody else began before is shared in a large store only, as one is that takes long.
            if (_running is not { Counts.IsCompleted: false } running || (_last is null && time.GetElapsedTime(running.Since) < Long))
                _running = running = (Count(), time.GetTimestamp());
            return Waited(running.Counts, cancellationToken);
        }
    }

    private async Task<SessionCounts> Waited(Task<SessionCounts> counts, CancellationToken cancellationToken)
    {
        try
        {
            return await counts.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new StorageUnavailableException("The sessions are still being counted, which takes minutes in a very large store.");
        }
    }

    private async Task<SessionCounts> Count()
    {
        var started = time.GetTimestamp();
        var counts = await count(CancellationToken.None);
        var at = time.GetTimestamp();
        lock (_gate) _last = counts.Live + counts.Deleted < Large ? null : (counts, at, CountPace.After(time.GetElapsedTime(started, at)));
        return counts;
    }
}
