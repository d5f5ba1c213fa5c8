using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Contracts.Gateways;

/// <summary>How the rollout reaches a gateway process at once, instead of at its next renewal.</summary>
[Alias("gaia.gateway.observer")]
public interface IGatewayObserver : IGrainObserver
{
    /// <summary>
    /// Routes by <paramref name="state"/> from now on; answers when the last request of an older epoch has left the process.
    /// </summary>
    /// <returns>The epoch the gateway now serves by (a newer one when it already knew).</returns>
    [Alias("apply")]
    Task<long> Apply(RolloutState state);
}

/// <summary>One gateway process.</summary>
/// <param name="Id">Unique per process start.</param>
/// <param name="Kind"><c>silo</c>, <c>standalone</c>, or <c>client</c>: a service that calls sessions directly, and answers nobody else.</param>
/// <param name="Emergency">It forwards everything to GAIA_HOME, whatever the rollout says; null in ordinary times.</param>
[GenerateSerializer, Immutable, Alias("gaia.gateway.registration")]
public sealed record GatewayRegistration(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Kind,
    [property: Id(3)] long Epoch,
    [property: Id(4)] long InFlight,
    [property: Id(5)] EmergencyNotice? Emergency = null);

/// <summary>A gateway was told to forward everything to GAIA_HOME, without asking the cluster.</summary>
/// <param name="Answered">The incarnation by which the cluster answered; null = it hears of it now.</param>
[GenerateSerializer, Immutable, Alias("gaia.gateway.emergency")]
public sealed record EmergencyNotice([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Actor, [property: Id(2)] string Reason, [property: Id(3)] long? Answered);

/// <summary>A registered gateway as operators see it.</summary>
/// <param name="LeaseAgeMs">Milliseconds since it registered last, which renews its lease. It renews it in between as well, which the rollout is not told.</param>
[GenerateSerializer, Immutable, Alias("gaia.gateway.view")]
public sealed record GatewayView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Kind,
    [property: Id(3)] long Epoch,
    [property: Id(4)] long InFlight,
    [property: Id(5)] DateTimeOffset SeenAt,
    [property: Id(6)] bool Reachable,
    [property: Id(7)] bool Emergency = false,
    [property: Id(8)] double LeaseAgeMs = 0);
