using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;

namespace GaiaOrleans.Gateway.Charges;

/// <summary>
/// Which side a session request is charged to: the side that had to answer it. That a side did not answer is its own error, whichever the
/// request was taken to first; whatever this system itself could not do is the target's. Only 5xx is an error: 4xx is the client's.
/// </summary>
public static class ChargingRule
{
    /// <param name="routed">The side that the request was taken to: the cohort's on a read, the lead on a write; null = it came to none.</param>
    /// <param name="problem">What it was answered with, when that was one of our own problems.</param>
    /// <returns>Null: refused before any side had to do with it.</returns>
    public static Side? SideOf(Side? routed, GaiaException? problem) => problem switch
    {
        LeadUnavailableException lead => lead.Side,
        ForwardedUnansweredException => Side.Python,
        // What the lead made of it is not known; it is the lead that does not say.
        OutcomeUnknownException => routed ?? Side.Go,
        // Leases, storage, silos, held writes and defects: all of them ours.
        { Status: >= 500 } => Side.Go,
        _ => routed,
    };
}
