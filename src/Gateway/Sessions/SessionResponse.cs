using System.Globalization;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Sessions and outcomes as HTTP responses.</summary>
public static class SessionResponse
{
    public const string ServedBy = "X-Gaia-Served-By";
    public const string Epoch = "X-Gaia-Epoch";
    public const string DualWrite = "X-Gaia-Dual-Write";
    public const string Stale = "X-Gaia-Stale";
    public const string Emergency = "X-Gaia-Emergency";

    private sealed record Routed(Side Side, long Epoch, bool Forwarded);

    /// <summary>Says which side the request was taken to, and under which epoch.</summary>
    /// <param name="forwarded">It was passed on as it came, and the cluster had no part in the answer.</param>
    public static void Mark(HttpContext context, Side side, long epoch, bool forwarded = false)
    {
        context.Features.Set(new Routed(side, epoch, forwarded));
        Mark(context);
    }

    /// <summary>The side that the request was taken to last; null = none yet.</summary>
    public static Side? RoutedTo(HttpContext context) => context.Features.Get<Routed>()?.Side;

    /// <summary>What the answer says is GAIA_HOME's own word, or its silence.</summary>
    public static bool WasForwarded(HttpContext context) => context.Features.Get<Routed>() is { Forwarded: true };

    /// <summary>Says it again, after whatever failed has taken the headers with it.</summary>
    public static void Mark(HttpContext context)
    {
        if (context.Features.Get<Routed>() is not { } routed) return;
        context.Response.Headers[ServedBy] = routed.Side.Wire();
        context.Response.Headers[Epoch] = routed.Epoch.ToString(CultureInfo.InvariantCulture);
    }

    public static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Answers 304 when the client has this version already.</summary>
    public static bool NotModified(HttpContext context, long version)
    {
        if (!IfNoneMatch.Holds(context.Request.Headers.IfNoneMatch, ETag(version))) return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.Headers.ContentLength = null;
        return true;
    }

    public static Task Write(HttpContext context, SessionSnapshot snapshot, string id)
    {
        // An ordinary answer, not worth an exception.
        if (snapshot.Body is null) return ProblemHandler.Write(context, new UnknownSessionException(id));
        context.Response.Headers.ETag = ETag(snapshot.Version);
        return NotModified(context, snapshot.Version) ? Task.CompletedTask : WriteBody(context, snapshot.Body);
    }

    public static async Task Write(HttpContext context, WriteOutcome outcome, string id, long epoch)
    {
        var response = context.Response;
        Mark(context, outcome.Lead, epoch);
        response.StatusCode = outcome.Status;
        response.Headers[DualWrite] = outcome.DualWrite.ToString().ToLowerInvariant();
        response.Headers.ETag = ETag(outcome.Version);
        if (outcome.Replayed) response.Headers["Idempotency-Replayed"] = "true";
        if (outcome.Status == StatusCodes.Status201Created) response.Headers.Location = SessionPath.Prefix + Uri.EscapeDataString(id);
        if (outcome.Status != StatusCodes.Status204NoContent) await WriteBody(context, outcome.Body);
    }

    private static async Task WriteBody(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
