using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway;

/// <summary>The first that a process does when it is asked to stop: it says so where load balancers look, and serves until they have looked.</summary>
public sealed partial class Drain(IOptions<GatewayOptions> options, TimeProvider time, ILogger<Drain> logger) : IHostedLifecycleService
{
    private volatile bool _leaving;

    /// <summary>This process has been asked to stop.</summary>
    public bool Leaving => _leaving;

    /// <summary>Before anything else of the host stops.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _leaving = true;
        LogLeaving(logger, options.Value.Drain);
        return Task.Delay(options.Value.Drain, time, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked to stop: not ready from now on, serving for another {Drain}")]
    private static partial void LogLeaving(ILogger logger, TimeSpan drain);
}
