namespace GaiaOrleans.Gateway;

public static class HostEnd
{
    /// <summary>Runs until it is told to end. Told so while it still starts, it ends as well, and that is no failure.</summary>
    public static async Task RunUntilTold(this IHost host)
    {
        var told = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.RunAsync();
        }
        catch (Exception e) when (told.IsCancellationRequested && e is OperationCanceledException or OrleansLifecycleCanceledException)
        {
            // What was starting was broken off.
        }
    }
}
