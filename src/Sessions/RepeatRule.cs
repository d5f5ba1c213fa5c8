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

    /// <summary>
    /// What the caller is told when it is not made again. That nothing took effect is said of the last attempt alone; a refusal for good was decided with the
    /// others in mind, which had its key, but not by a GAIA_HOME that was asked alone.
    /// </summary>
    /// <param name="unknown">What an earlier attempt was told, if that was that its outcome is not known.</param>
    public static GaiaException Told(GaiaException last, GaiaException? unknown, bool forwarded) => last.RetryAfter is null && !forwarded ? last : unknown ?? last;
}
