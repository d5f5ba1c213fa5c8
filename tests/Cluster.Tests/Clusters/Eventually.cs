namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>Waits for what no event announces: asks again until it holds, at most until the deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);

    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"Not within {Deadline.TotalSeconds} s: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>An event that must come: fails with a name instead of hanging.</summary>
    public static async Task<T> Comes<T>(Task<T> task, string what)
    {
        await Comes((Task)task, what);
        return await task;
    }

    public static async Task Comes(Task task, string what)
    {
        var first = await Task.WhenAny(task, Task.Delay(Deadline, TimeProvider.System));
        Assert.True(first == task, $"Not within {Deadline.TotalSeconds} s: {what}");
        await task;
    }
}
