using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Waits until legacy has what it lacks.</summary>
public static class LegacyDrain
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for what settles by itself, and not for what legacy refuses.</summary>
    /// <returns>What was left at the end.</returns>
    public static async Task<SyncLag> Wait(ISessionStore sessions, TimeSpan within, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Pace, time);
        while (true)
        {
            var lag = await sessions.Lag(cancellationToken);
            if (lag.Pending + lag.Late == 0 || time.GetElapsedTime(started) >= within) return lag;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
