using System.Diagnostics;

namespace GaiaOrleans.Testbed;

/// <summary>Callers that each wait for an answer before they call again.</summary>
public static class Callers
{
    /// <summary>Answered calls a second.</summary>
    /// <param name="callers">So many call at once, numbered from 0.</param>
    /// <param name="length">When it is over no new call is made; what was called is waited for, and counts, in time as well.</param>
    /// <param name="call">By this caller, its n-th.</param>
    public static async Task<double> PerSecond(int callers, TimeSpan length, Func<int, int, Task> call)
    {
        var begun = Stopwatch.GetTimestamp();
        var answered = await Task.WhenAll(Enumerable.Range(0, callers).Select(Call));
        return answered.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task<long> Call(int caller)
        {
            // Not all on the thread that starts them, where an answer may come at once.
            await Task.Yield();
            var n = 0;
            for (; Stopwatch.GetElapsedTime(begun) < length; n++) await call(caller, n);
            return n;
        }
    }
}
