using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>
/// Waits until legacy has what it lacks. What was refused waits longer after each attempt, up to half a minute, and that may be longer than legacy was away: while somebody
/// stands and waits, it is due at once.
/// </summary>
public static class LegacyDrain
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    // Often enough for what was refused once more meanwhile, and no more sessions than are sent in that time.
    private static readonly TimeSpan HastenEvery = TimeSpan.FromMilliseconds(500);
    private const int Hastened = 1_000;

    /// <summary>Waits for what is on its way, and not for what legacy refuses.</summary>
    /// <param name="late">Also for requests that legacy did not answer and may still carry out, which may take as long as <see cref="SessionOptions.LateRequests"/>.</param>
    /// <returns>What was left at the end.</returns>
    /// <exception cref="StorageUnavailableException">The database did not say.</exception>
    public static async Task<SyncLag> Wait(ISessionStore sessions, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken) =>
        (await Wait(sessions, async () => await sessions.Lag(cancellationToken), within, late, time, cancellationToken))!;

    /// <summary>The same after what cannot be taken back any more: a database that does not say is no reason to end.</summary>
    /// <returns>Null = at the end it did not say.</returns>
    public static Task<SyncLag?> WaitThrough(ISessionStore sessions, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken) =>
        Wait(sessions, () => Look(sessions, cancellationToken), within, late, time, cancellationToken);

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

    private static async Task<SyncLag?> Wait(ISessionStore sessions, Func<Task<SyncLag?>> look, TimeSpan within, bool late, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        TimeSpan? hastened = null;
        using var timer = new PeriodicTimer(Pace, time);
        while (true)
        {
            var lag = await look();
            var elapsed = time.GetElapsedTime(started);
            if ((lag is not null && lag.Pending + (late ? lag.Late : 0) == 0) || elapsed >= within) return lag;
            if (lag is { Pending: > 0 } && (hastened is null || elapsed - hastened >= HastenEvery))
            {
                await Hasten(sessions, cancellationToken);
                hastened = elapsed;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task Hasten(ISessionStore sessions, CancellationToken cancellationToken)
    {
        try
        {
            await sessions.Hasten(Hastened, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // The next look says so if it lasts, and they are due by themselves in any case.
        }
    }
}
