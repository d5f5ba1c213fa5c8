using GaiaOrleans.Contracts.Problems;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Sessions;

/// <summary>
/// Whether a call is made again. An older epoch and a silent silo are the router's own affair; this is about what a gateway's client is told:
/// 503 and 429 with a Retry-After. A change keeps its idempotency key, so that it happens once, whatever became of the attempt before.
/// </summary>
internal static class RepeatRule
{
    /// <param name="forwarded">GAIA_HOME alone was asked. It knows no idempotency keys, so a change that it may have taken is not sent again.</param>
    /// <returns>How long to wait before it; null = the caller is told.</returns>
    public static TimeSpan? Wait(GaiaException problem, string method, bool forwarded, TimeSpan elapsed, TimeSpan patience) =>
        problem.RetryAfter is { } pause && (!forwarded || HttpMethods.IsGet(method)) && elapsed + pause <= patience ? pause : null;
}
