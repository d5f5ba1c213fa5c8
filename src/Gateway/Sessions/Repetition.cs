using GaiaOrleans.Contracts.Sessions;
using Orleans.Storage;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Calls whose silo is lost on the way are made again: how often, and after which pauses.</summary>
internal static class Repetition
{
    // With the pauses between them, longer than it takes the cluster to find out that a silo has died.
    public const int Attempts = 7;

    public static bool Lost(Exception e) => e is TimeoutException or SiloUnavailableException or OrleansMessageRejectionException;

    /// <summary>Nothing, then 100 ms doubling to 800: a stale epoch or a fenced activation is settled at once, a dead silo in two seconds.</summary>
    public static Task Pause(int attempt, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(attempt == 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(800, 50 << attempt)), time, cancellationToken);

    /// <summary>A read may be repeated whatever became of it: the activation that lives now answers.</summary>
    public static async Task<T> OfRead<T>(Func<Task<T>> read, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await read();
            }
            catch (Exception e) when (attempt < Attempts && (Lost(e) || e is InconsistentStateException or StaleEpochException))
            {
            }

            await Pause(attempt, time, cancellationToken);
        }
    }
}
