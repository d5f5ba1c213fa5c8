using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Rollouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Sessions;

/// <summary>
/// Takes this process from the registered gateways when it stops, once no call is under way: services come and go, and one that is gone would keep
/// dual-write from being switched.
/// </summary>
internal sealed partial class Departure(OpenCalls calls, LeaseRenewal renewal, GatewayName name, IGrainFactory grains, ILogger<Departure> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await calls.Shut().WaitAsync(cancellationToken);
            await renewal.LastRegistration.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).RemoveGateway(renewal.Id, new(name.Value, "it has stopped", IsAdmin: false), cancellationToken).WaitAsync(cancellationToken);
        }
        // The process ends all the same; who is still registered is named when somebody switches dual-write, and removed by hand.
        catch (Exception e)
        {
            LogStays(logger, name.Value, renewal.Id, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is still registered with the rollout as {Id}; gaia gateways remove takes it out: {Reason}")]
    private static partial void LogStays(ILogger logger, string name, string id, string reason);
}
