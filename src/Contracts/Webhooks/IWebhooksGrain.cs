using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using Orleans.Concurrency;

namespace GaiaOrleans.Contracts.Webhooks;

/// <summary>
/// The webhooks of this cluster (key <see cref="Key"/>) and the delivery of events to them: at least once, to each in the order of the events, from a
/// stored cursor, on whichever silo lives.
/// </summary>
[Alias("gaia.webhooks")]
public interface IWebhooksGrain : IGrainWithStringKey
{
    const string Key = "webhooks";

    /// <summary>Also wakes the delivery when its silo died.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<Webhook[]> List(CancellationToken cancellationToken = default);

    /// <summary>It gets what happens from now on.</summary>
    /// <exception cref="InvalidInputException">Names the member that is wrong.</exception>
    [Alias("add")]
    Task<Webhook> Add(WebhookRequest request, CancellationToken cancellationToken = default);

    /// <exception cref="UnknownWebhookException">There is none with this id.</exception>
    [Alias("remove")]
    Task Remove(string id, Caller caller, CancellationToken cancellationToken = default);
}

/// <summary>A new webhook.</summary>
/// <param name="Kinds">Only events of these kinds; empty = all.</param>
[GenerateSerializer, Immutable, Alias("gaia.webhook.request")]
public sealed record WebhookRequest(
    [property: Id(0)] string Url, [property: Id(1)] string[] Kinds, [property: Id(2)] WebhookSecret Secret, [property: Id(3)] Caller Caller);

/// <summary>A webhook as operators see it.</summary>
/// <param name="Cursor">The last event that it has got or did not want.</param>
/// <param name="Failures">Attempts since the last one that was accepted.</param>
/// <param name="Disabled">Why nothing is delivered to it any more; null = it is active.</param>
/// <param name="Trouble">Why the last attempt failed; null = it did not.</param>
/// <param name="NextAttemptAt">When the event at which it fails is tried again.</param>
[GenerateSerializer, Immutable, Alias("gaia.webhook")]
public sealed record Webhook(
    [property: Id(0)] string Id,
    [property: Id(1)] string Url,
    [property: Id(2)] string[] Kinds,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] string CreatedBy,
    [property: Id(5)] long Cursor,
    [property: Id(6)] int Failures,
    [property: Id(7)] string? Trouble,
    [property: Id(8)] DateTimeOffset? NextAttemptAt,
    [property: Id(9)] string? Disabled);

/// <summary>There is no webhook with this id.</summary>
[GenerateSerializer, Alias("gaia.problem.unknown_webhook")]
public sealed class UnknownWebhookException(string id) : GaiaException($"There is no webhook '{id}'.")
{
    public override string Code => "unknown_webhook";
    public override int Status => 404;
    [Id(0)] public string Id { get; } = id;
}
