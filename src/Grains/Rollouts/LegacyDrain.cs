using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Waits until legacy has what it lacks.</summary>
public static class LegacyDrain
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for what is on its way, and not for what legacy refuses.</summary>
    /// <param name="late">Also for requests that legacy did not answer and may still carry out, which may take as long as <see cref="SessionOptions.LateRequests"/>.</param>
    /// <returns>What was left at the end.</returns>
    public static async Task<SyncLag> Wait(ISessionStore sessions, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Pace, time);
        while (true)
        {
            var lag = await sessions.Lag(cancellationToken);
            if (lag.Pending + (late ? lag.Late : 0) == 0 || time.GetElapsedTime(started) >= within) return lag;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
