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

    private readonly Lock _gate = new();
    private (SessionCounts Counts, long At, TimeSpan For)? _last;
    private Task<SessionCounts>? _counting;

    /// <summary>As they are now; of a large store as they were at most five minutes ago.</summary>
    public Task<SessionCounts> Recent(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Whoever has changed something just now sees it: a count that somebody else began before is shared in a large store only.
            if (_last is not { } last) return Count(cancellationToken);
            if (time.GetElapsedTime(last.At) < last.For) return Task.FromResult(last.Counts);
            if (_counting is null or { IsCompleted: true }) _counting = Count(CancellationToken.None);
            return _counting.WaitAsync(cancellationToken);
        }
    }

    private async Task<SessionCounts> Count(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var counts = await count(cancellationToken);
        var at = time.GetTimestamp();
        lock (_gate) _last = counts.Live + counts.Deleted < Large ? null : (counts, at, CountPace.After(time.GetElapsedTime(started, at)));
        return counts;
    }
}
