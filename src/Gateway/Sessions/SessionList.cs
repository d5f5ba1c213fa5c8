using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>GET /api/sessions: from legacy with the pending changes put in, until the cluster is known to have everything; then from the cluster.</summary>
public sealed class SessionList(SessionRouter router, GatewayLease lease, IGrainFactory grains, LegacyForwarder forwarder, LegacyLists legacy)
{
    private const int MostPerPage = 1_000;
    private const int DefaultPerPage = 100;

    public async Task Serve(HttpContext context)
    {
        var scope = await router.Enter(context.RequestAborted);
        try
        {
            var rollout = scope.State;
            if (SessionRouter.ForwardsOnly(rollout))
            {
                await forwarder.Forward(context, rollout.Epoch);
                return;
            }

            if (!lease.Held) throw new Contracts.Rollouts.LeaseLostException();
            var query = context.Request.Query;
            var limit = Limit(query["limit"]);
            var page = await grains.GetGrain<ISessionListGrain>(0).Page(query["cursor"], limit, query["status"], query["tier"], context.RequestAborted);
            if (page.FromTarget) await WriteTarget(context, page, rollout.Epoch);
            else await WriteLegacy(context, page, rollout.Epoch);
        }
        finally
        {
            scope.Leave();
        }
    }

    private static async Task WriteTarget(HttpContext context, SessionPage page, long epoch)
    {
        SessionResponse.Mark(context.Response, Side.Go, epoch);
        if (page.Next is { } next)
        {
            context.Response.Headers["X-Next-Cursor"] = Uri.EscapeDataString(next);
            context.Response.Headers.Link = $"<{context.Request.Path}{NextQuery(context.Request, next)}>; rel=\"next\"";
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.Body);
        writer.WriteStartArray();
        foreach (var session in page.Sessions) writer.WriteRawValue(session.Body, skipInputValidation: true);
        writer.WriteEndArray();
    }

    private async Task WriteLegacy(HttpContext context, SessionPage pending, long epoch)
    {
        var answer = await legacy.Get(context.Request.QueryString.Value ?? "", context.RequestAborted);
        var query = context.Request.Query;
        // New sessions go on the last page: before it nobody could tell whether legacy will list them itself.
        ListOverlay.Apply(answer.List, pending.Sessions, session => Matches(session, "status", query["status"]) && Matches(session, "tier", query["tier"]), answer.Last);
        SessionResponse.Mark(context.Response, Side.Python, epoch);
        if (answer.Next is not null) context.Response.Headers["X-Next-Cursor"] = answer.Next;
        if (answer.Link is not null) context.Response.Headers.Link = answer.Link;
        await context.Response.WriteAsJsonAsync(answer.List, GaiaJson.Options, context.RequestAborted);
    }

    private static bool Matches(JsonObject session, string field, string? wanted) => string.IsNullOrEmpty(wanted) || session[field]?.ToString() == wanted;

    private static QueryString NextQuery(HttpRequest request, string next) =>
        QueryString.Create(request.Query.Where(q => q.Key != "cursor").Append(new("cursor", next)));

    private static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text)) return DefaultPerPage;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostPerPage
            ? limit
            : throw InvalidInputException.Field("limit", $"must be a whole number from 1 to {MostPerPage}");
    }
}
