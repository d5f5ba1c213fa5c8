using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Silo.Events;

namespace GaiaOrleans.Silo.Webhooks;

/// <summary>The body of POST /api/migration/webhooks.</summary>
/// <param name="Kinds">Left out or empty: events of every kind.</param>
public sealed record WebhookBody(string? Url, string[]? Kinds, string? Secret)
{
    // A record prints all it has, and this is logged sooner or later.
    public override string ToString() => $"{nameof(WebhookBody)} {Url}";
}

/// <summary>Who is told of what happens, and how that went.</summary>
internal static class WebhooksApi
{
    private const int ShortestSecret = 16;
    private const int LongestSecret = 256;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/migration/webhooks");
        api.MapGet("/", (IGrainFactory grains, CancellationToken token) => Webhooks(grains).List(token)).WithName("ListWebhooks");
        api.MapPost("/", Add).WithName("AddWebhook").Accepts<WebhookBody>(isOptional: true, "application/json", "*/*");
        api.MapDelete("/{id}", Remove).WithName("RemoveWebhook");
        api.MapGet("/deliveries", (IDeliveryLog deliveries, int? limit, CancellationToken token) => deliveries.Newest(Limits.Check(limit), token)).WithName("ListDeliveries");
    }

    private static async Task<IResult> Add(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<WebhookBody>(context, cancellationToken);
        var url = body.Url ?? throw InvalidInputException.Missing("url");
        // Blank is no kind, and none at all would be all of them.
        if (body.Kinds?.Any(string.IsNullOrWhiteSpace) is true) throw InvalidInputException.Field("kinds", "has a blank one; leave kinds out for events of every kind");
        var kinds = EventsApi.Kinds(string.Join(',', body.Kinds ?? []), "kinds");
        var webhook = await Webhooks(grains).Add(new(url, [.. kinds.Distinct()], Secret(body.Secret), context.Caller()), cancellationToken);
        return TypedResults.Created("/api/migration/webhooks", webhook);
    }

    private static async Task<IResult> Remove(string id, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        await Webhooks(grains).Remove(id, context.Caller(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static WebhookSecret Secret(string? text)
    {
        if (text is null) throw InvalidInputException.Missing("secret");
        if (text.Length is < ShortestSecret or > LongestSecret) throw InvalidInputException.Field("secret", $"must have {ShortestSecret} to {LongestSecret} characters");
        return new(text);
    }

    private static IWebhooksGrain Webhooks(IGrainFactory grains) => grains.GetGrain<IWebhooksGrain>(IWebhooksGrain.Key);
}
