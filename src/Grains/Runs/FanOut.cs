using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Bounded parallel calls to sessions, from inside a grain: everything stays on its scheduler.</summary>
public static class FanOut
{
    private const int Attempts = 4;

    public static async Task<IReadOnlyList<TResult>> Each<T, TResult>(IReadOnlyList<T> items, int parallel, Func<T, Task<TResult>> call)
    {
        var results = new TResult[items.Count];
        var next = 0;
        async Task Worker()
        {
            while (next < items.Count)
            {
                var mine = next++;
                results[mine] = await call(items[mine]);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(parallel, items.Count)).Select(_ => Worker()));
        return results;
    }

    /// <summary>A silo that dies, or a row somebody else changed first, is no reason to give a session up.</summary>
    public static async Task<T> Retrying<T>(Func<Task<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (attempt < Attempts && Transient(e))
            {
                // The next attempt reaches the activation that lives now; Orleans itself waits while it finds out where.
            }
        }
    }

    /// <summary>Nothing is wrong with the session: the same call may succeed a little later.</summary>
    public static bool Passing(Exception e) => Transient(e) || e is StorageUnavailableException or OverloadedException or OutcomeUnknownException or ClosingException;

    private static bool Transient(Exception e) =>
        e is InconsistentStateException or TimeoutException or OrleansMessageRejectionException or Orleans.Runtime.SiloUnavailableException or LeaseLostException or StaleEpochException;
}
