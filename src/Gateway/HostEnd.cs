namespace GaiaOrleans.Gateway;

public static class HostEnd
{
    /// <summary>Runs until it is told to end. Told so while it still starts, it ends as well, and that is no failure.</summary>
    public static async Task RunUntilTold(this IHost host)
    {
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var (started, told) = (lifetime.ApplicationStarted, lifetime.ApplicationStopping);
        try
        {
            await host.RunAsync();
        }
        catch (Exception e) when (told.IsCancellationRequested && !started.IsCancellationRequested && BrokenOff(e))
        {
            // Nothing is lost of what has not begun.
        }
    }

    /// <summary>What starts is broken off by its own kind of cancellation; what starts at once, each by its own.</summary>
    private static bool BrokenOff(Exception e) =>
        e is OperationCanceledException or OrleansLifecycleCanceledException || (e is AggregateException all && all.InnerExceptions.All(BrokenOff));
}
