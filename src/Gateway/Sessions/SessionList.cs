using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>GET /api/sessions: from legacy with the pending changes put in, until the cluster is known to have everything; then from the cluster.</summary>
public sealed class SessionList(SessionRouter router, GatewayLease lease, IGrainFactory grains, LegacyForwarder forwarder, LegacyLists legacy, TimeProvider time)
{
    private const int MostPerPage = 1_000;
    private const int DefaultPerPage = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public async Task Serve(HttpContext context)
    {
        SessionPage page;
        var scope = await router.Enter(context.RequestAborted);
        try
        {
            var rollout = scope.State;
            if (SessionRouter.ForwardsOnly(rollout))
            {
                await forwarder.Forward(context, rollout.Epoch);
                return;
            }

            if (!lease.Held) throw new LeaseLostException();
            SessionResponse.Mark(context, Side.Go, rollout.Epoch);
            page = await Page(context);
            if (!page.FromTarget)
            {
                SessionResponse.Mark(context, Side.Python, rollout.Epoch);
                await WriteLegacy(context, page);
                return;
            }
        }
        finally
        {
            scope.Leave();
        }

        await WriteTarget(context, page);
    }

    private Task<SessionPage> Page(HttpContext context)
    {
        var query = context.Request.Query;
        var (cursor, limit, status, tier) = (Text(query, "cursor"), Limit(query["limit"]), Text(query, "status"), Text(query, "tier"));
        return Repetition.OfRead(
            () => grains.GetGrain<ISessionListGrain>(0).Page(cursor, limit, status, tier, context.RequestAborted).WaitAsync(Patience, time, context.RequestAborted),
            time, context.RequestAborted);
    }

    private static async Task WriteTarget(HttpContext context, SessionPage page)
    {
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

    private async Task WriteLegacy(HttpContext context, SessionPage pending)
    {
        if (await legacy.Read(context) is not { } answer) return;
        var query = context.Request.Query;
        // New sessions go on the last page: before it nobody could tell whether legacy will list them itself.
        ListOverlay.Apply(answer.List, pending.Sessions, session => Matches(session, "status", query["status"]) && Matches(session, "tier", query["tier"]), answer.Last);
        await context.Response.WriteAsJsonAsync(answer.List, GaiaJson.Options, context.RequestAborted);
    }

    /// <summary>A value to look for; the database could not hold a control character, let alone find it.</summary>
    private static string? Text(IQueryCollection query, string name)
    {
        string? value = query[name];
        return value?.Any(char.IsControl) is true ? throw InvalidInputException.Field(name, "has a control character") : value;
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
