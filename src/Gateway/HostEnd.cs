namespace GaiaOrleans.Gateway;

/// <summary>How a process ends: told to, which is a success at any moment, or by a defect, which whoever starts it again must see.</summary>
public static class HostEnd
{
    /// <summary>
    /// Runs until it is told to end. Told so while it still starts, or when it cannot bring to an end within the host's time for that what it has begun, it ends as well,
    /// and that is no failure.
    /// </summary>
    /// <exception cref="Exception">What a background service failed with, for which the host ends as if it had been told to.</exception>
    public static async Task RunUntilTold(this IHost host)
    {
        var told = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        Task? failed = null;
        // What fails because the host ends is not why it does.
        await using var looked = told.Register(() => failed = background.Find(b => b.ExecuteTask is { IsFaulted: true })?.ExecuteTask);
        try
        {
            await host.RunAsync();
        }
        catch (Exception e) when (told.IsCancellationRequested && BrokenOff(e))
        {
            // What has not begun is not lost; of what was begun nobody was told that it is done.
        }

        if (failed is not null) await failed;
    }

    /// <summary>What starts is broken off by its own kind of cancellation; what starts or stops at once, each by its own.</summary>
    private static bool BrokenOff(Exception e) =>
        e is OperationCanceledException or OrleansLifecycleCanceledException || (e is AggregateException all && all.InnerExceptions.All(BrokenOff));
}
