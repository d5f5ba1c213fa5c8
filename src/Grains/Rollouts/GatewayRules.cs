using System.Globalization;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Which registered gateways an operator may take out.</summary>
public static class GatewayRules
{
    /// <summary>
    /// One that lives registers itself anew, and in between no change waits for it: by the lease that it still holds it would route past a change that was reported as done.
    /// </summary>
    /// <param name="leaseEnd">How long a gateway that registered once may act by that: the lease and its margin. One that lives registers within a lease.</param>
    /// <exception cref="BlockedException">It registered later than that.</exception>
    public static void CheckGone(GatewayView gateway, TimeSpan leaseEnd)
    {
        if (gateway.LeaseAgeMs > leaseEnd.TotalMilliseconds) return;
        throw new BlockedException([
            new("gateway_gone", GateStatus.Fail,
                string.Create(CultureInfo.InvariantCulture, $"{gateway.Name} registered {gateway.LeaseAgeMs:0} ms ago: it lives, or did just now"),
                string.Create(CultureInfo.InvariantCulture, $"not heard of for {leaseEnd.TotalMilliseconds:0} ms: stop it first"))]);
    }
}
