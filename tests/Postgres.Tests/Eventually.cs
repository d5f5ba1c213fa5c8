namespace GaiaOrleans.Postgres.Tests;

/// <summary>For what happens without anybody being told of it.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task Is<T>(T expected, Func<Task<T>> look)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (EqualityComparer<T>.Default.Equals(expected, seen)) return;
            if (TimeProvider.System.GetElapsedTime(started) > Deadline) Assert.Equal(expected, seen);
            await timer.WaitForNextTickAsync();
        }
    }
}
