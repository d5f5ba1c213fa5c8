namespace GaiaOrleans.Testbed;

/// <summary>Waits for what another process will do; a deadline that passes says what was seen last.</summary>
public static class Eventually
{
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    /// <param name="period">Between two looks. Default: 50 ms.</param>
    public static async Task<T> Get<T>(Func<Task<T>> look, Func<T, bool> enough, TimeSpan deadline, TimeSpan? period = null)
    {
        using var timer = new PeriodicTimer(period ?? Period);
        var limit = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (enough(seen)) return seen;
            if (limit.Elapsed > deadline) throw new TimeoutException($"Not within {deadline}; last seen: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }
}
