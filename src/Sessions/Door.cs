using Microsoft.Extensions.Hosting;

namespace GaiaOrleans.Sessions;

/// <summary>When the process stops it lets no further call in, and waits for those under way: the gateway leaves the rollout after that.</summary>
internal sealed class Door(OpenCalls calls) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Past the host's patience the gateway sees by itself that some are still under way.
    public Task StopAsync(CancellationToken cancellationToken) => calls.Shut().WaitAsync(cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
