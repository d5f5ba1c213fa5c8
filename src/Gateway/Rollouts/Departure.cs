using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Emergencies;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>
/// Takes this process from the registered gateways when it stops in good order: one that is gone for good would keep dual-write from being switched.
/// Hosted services stop in reverse, so it comes after the last request and the last registration.
/// </summary>
internal sealed partial class Departure(
    LeaseRenewal renewal, GatewayLease lease, EmergencySwitch emergency, GatewayName name, IGrainFactory grains, TimeProvider time, ILogger<Departure> logger) : IHostedService
{
    // Long enough for a rollout that moves to another silo meanwhile. Without a cluster nobody should wait for longer.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(3);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (WhatKeepsIt() is { } reason)
        {
            LogStays(logger, name.Value, renewal.Id, reason);
            return;
        }

        try
        {
            await Leave(cancellationToken).WaitAsync(Within, time, cancellationToken);
        }
        // The process ends all the same; who is still registered is named when somebody switches dual-write, and removed by hand.
        catch (Exception e)
        {
            LogStays(logger, name.Value, renewal.Id, e.Message);
        }
    }

    /// <summary>Why the rollout must go on asking for this gateway, or null.</summary>
    private string? WhatKeepsIt()
    {
        if (emergency.Current is not null) return "it is in emergency, which the cluster must hear of before it sends anything";
        return lease.InFlight > 0 ? $"{lease.InFlight} requests were cut off" : null;
    }

    private async Task Leave(CancellationToken cancellationToken)
    {
        // One that is under way would bring it back.
        await renewal.LastRegistration.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).RemoveGateway(renewal.Id, new(name.Value, "it has stopped", IsAdmin: false), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is still registered with the rollout as {Id}; gaia gateways remove takes it out: {Reason}")]
    private static partial void LogStays(ILogger logger, string name, string id, string reason);
}
