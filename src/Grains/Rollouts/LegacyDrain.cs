using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Waits until legacy has what it lacks.</summary>
public static class LegacyDrain
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for what is on its way, and not for what legacy refuses.</summary>
    /// <param name="late">Also for requests that legacy did not answer and may still carry out, which may take as long as <see cref="SessionOptions.LateRequests"/>.</param>
    /// <returns>What was left at the end.</returns>
    /// <exception cref="StorageUnavailableException">The database did not say.</exception>
    public static async Task<SyncLag> Wait(ISessionStore sessions, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken) =>
        (await Wait(async () => await sessions.Lag(cancellationToken), within, late, time, cancellationToken))!;

    /// <summary>The same after what cannot be taken back any more: a database that does not say is no reason to end.</summary>
    /// <returns>Null = at the end it did not say.</returns>
    public static Task<SyncLag?> WaitThrough(ISessionStore sessions, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken) =>
        Wait(() => Look(sessions, cancellationToken), within, late, time, cancellationToken);

    /// <returns>Null = the database did not say.</returns>
    public static async Task<SyncLag?> Look(ISessionStore sessions, CancellationToken cancellationToken)
    {
        try
        {
            return await sessions.Lag(cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    private static async Task<SyncLag?> Wait(Func<Task<SyncLag?>> look, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Pace, time);
        while (true)
        {
            var lag = await look();
            if ((lag is not null && lag.Pending + (late ? lag.Late : 0) == 0) || time.GetElapsedTime(started) >= within) return lag;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
