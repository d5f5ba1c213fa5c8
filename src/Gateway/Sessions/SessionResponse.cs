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

    public static void Mark(HttpResponse response, Side side, long epoch)
    {
        response.Headers[ServedBy] = side.Wire();
        response.Headers[Epoch] = epoch.ToString(CultureInfo.InvariantCulture);
    }

    public static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    public static async Task Write(HttpContext context, SessionSnapshot snapshot, string id, long epoch)
    {
        Mark(context.Response, Side.Go, epoch);
        if (snapshot.Body is null)
        {
            // Written here, because an exception would take the headers with it.
            await ProblemHandler.Write(context, new UnknownSessionException(id));
            return;
        }

        var etag = ETag(snapshot.Version);
        context.Response.Headers.ETag = etag;
        if (context.Request.Headers.IfNoneMatch == etag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await WriteBody(context, snapshot.Body);
    }

    public static async Task Write(HttpContext context, WriteOutcome outcome, string id, long epoch)
    {
        var response = context.Response;
        Mark(response, outcome.Lead, epoch);
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
